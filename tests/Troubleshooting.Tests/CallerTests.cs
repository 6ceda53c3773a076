using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>
/// "Calling a function": callers that the emulator keeps out, whatever the function URL's AuthType. Each entry shows the answer and the console.
/// </summary>
public sealed class CallerTests
{
    public CallerTests() => Assert.SkipUnless(Tools.IsInPath("curl"), "'curl' is not in PATH.");

    [Fact]
    public async Task A_host_name_from_elsewhere() => Page.Shows(await CallAsync("", 403, "--header", "Host: my-machine.example"));

    [Fact]
    public async Task A_web_page_from_elsewhere() => Page.Shows(
    [
        .. await CallAsync("", 403, "--header", "Origin: https://www.example.com"),
        .. await CallAsync("invoke", 403, "--header", "Origin: https://www.example.com", "--data", "{}"),
    ]);

    [Fact]
    public async Task An_unsigned_call_to_the_Lambda_API() =>
        Page.Shows(await CallAsync("2015-03-31/functions/function/invocations", 403, "--data", "{}"));

    [Fact]
    public async Task A_part_of_the_Lambda_API_that_is_not_here() => Page.Shows(await CallAsync(
        "2015-03-31/functions",
        404,
        "--aws-sigv4", $"aws:amz:{LocalLambda.Region}:lambda",
        "--user", $"{LocalLambda.AccessKeyId}:{LocalLambda.SecretAccessKey}"));

    /// <summary>The answer, and the line on the emulator's console.</summary>
    private static async Task<string[]> CallAsync(string path, int status, params string[] options)
    {
        await using LocalLambda lambda = await Running.StartAsync(BuiltPrograms.Bootstrap);
        CommandResult result = await Command.RunAsync(
            "curl", ["--silent", "--noproxy", "*", "--write-out", "\n%{http_code}", .. options, $"{lambda.Function.Url}{path}"]);
        string[] answer = result.Output.Split('\n');
        Assert.Equal($"{status}", answer[1]);
        return [answer[0], await lambda.WaitForLogAsync($"[StreamingNumbers] {status} for ")];
    }
}
