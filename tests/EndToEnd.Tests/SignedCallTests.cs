namespace StreamingLambda.EndToEnd.Tests;

/// <summary>scripts/invoke.sh, as it calls a function on AWS, against a function URL that asks for a signature.</summary>
public sealed class SignedCallTests
{
    [Theory]
    [InlineData("the right one", 0, "Number: 1\nNumber: 2\nStreaming complete!\n")]
    [InlineData("a wrong one", 1, "The request signature we calculated does not match")]
    public async Task The_script_calls_a_function_url_that_asks_for_a_signature(string secret, int exitCode, string output)
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "'curl' is not in PATH.");
        var credentials = new Dictionary<string, string?>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = "the right one",
            ["AWS_SESSION_TOKEN"] = "a session token",
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_PROFILE"] = null,
        };
        string[] arguments =
        [
            "--port", "0", "--auth", "AWS_IAM", "--bootstrap", Programs.Bootstrap(Build.Managed), "--handler", "SendNumbersWithPause",
        ];
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(arguments, credentials);

        credentials["AWS_SECRET_ACCESS_KEY"] = secret;
        await using var script = RunningProgram.Start(
            Repository.PathOf("scripts/invoke.sh"),
            [new Uri(emulator.Http.BaseAddress!, "a@b%20c/?pauseMs=0&flag&count=2").AbsoluteUri],
            credentials);
        int code = await script.WaitForExitAsync();

        Assert.Contains(output, script.Output, StringComparison.Ordinal);
        Assert.Equal(exitCode == 0, code == 0);
    }
}
