using System.Text.Json.Nodes;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"An ASP.NET Core app": what an app does that its server refuses. The app is tests/AspNetCoreApp.</summary>
public sealed class AspNetCoreTests
{
    private static string App => BuiltPrograms.In("AspNetCoreApp", "bootstrap");

    [Fact]
    public async Task An_event_that_is_no_request()
    {
        await using LocalLambda lambda = await Running.StartAsync(App);
        await lambda.Function.InvokeAsync("""{"orderId":7}""");

        Page.Shows(await lambda.WaitForLogAsync("The invocation failed"));
    }

    [Fact]
    public async Task A_write_that_is_not_asynchronous() => Page.Shows(await FailureOfAsync("/blocking-write"));

    [Fact]
    public async Task A_Content_Length_that_is_not_kept() => Page.Shows([await FailureOfAsync("/too-long"), await FailureOfAsync("/too-short")]);

    [Fact]
    public async Task A_body_where_none_is_allowed() => Page.Shows(await FailureOfAsync("/no-content"));

    [Fact]
    public async Task A_request_that_the_app_aborted() => Page.Shows(await FailureOfAsync("/abort"));

    [Fact]
    public async Task An_app_that_is_started_by_hand()
    {
        // As a publish for Lambda leaves it: the setting is all that tells.
        using var published = new TemporaryDirectory();
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(App)!))
            File.Copy(file, Path.Combine(published.Path, Path.GetFileName(file)));
        string settings = Path.Combine(published.Path, "bootstrap.runtimeconfig.json");
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(settings))!;
        json["runtimeOptions"]!["configProperties"]!["StreamingLambda.AspNetCore.Kestrel"] = false;
        await File.WriteAllTextAsync(settings, json.ToJsonString());

        CommandResult result = await Command.RunAsync(
            Path.Combine(published.Path, "bootstrap"), [], environment: new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = null });

        Assert.NotEqual(0, result.ExitCode);
        Page.Shows((result.Output + result.Error).Replace("Unhandled exception. System.InvalidOperationException: ", "", StringComparison.Ordinal));
    }

    private static async Task<string> FailureOfAsync(string path)
    {
        await using LocalLambda lambda = await Running.StartAsync(App);
        await Record.ExceptionAsync(() => lambda.GetAsync(path)); // The response may be cut off.
        return await lambda.WaitForLogAsync("The invocation failed");
    }
}
