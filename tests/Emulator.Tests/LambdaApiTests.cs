using System.Net;
using System.Text;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class LambdaApiTests
{
    private const string Invoke = "2015-03-31/functions/test/invocations";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invoke_returns_the_response_and_the_log()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator,
            Invoke,
            [],
            TestEmulator.Script(["print", "to the log"], ["head"], ["chunk", "[1,2]"], ["end"]),
            request => request.Headers.Add("X-Amz-Log-Type", "Tail"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("X-Amz-Function-Error"));
        Assert.Equal("$LATEST", Assert.Single(response.Headers.GetValues("X-Amz-Executed-Version")));
        Assert.Equal("[1,2]", await response.Content.ReadAsStringAsync(Token));
        string log = Encoding.UTF8.GetString(Convert.FromBase64String(Assert.Single(response.Headers.GetValues("X-Amz-Log-Result"))));
        Assert.Contains("to the log", log, StringComparison.Ordinal);
        Assert.Contains("REPORT RequestId", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_error_is_told_in_the_header_and_its_body_is_passed_on()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator, Invoke, [], TestEmulator.Script(["post", "/2018-06-01/runtime/invocation/{id}/error", """{"errorMessage":"m","errorType":"t"}"""]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Unhandled", Assert.Single(response.Headers.GetValues("X-Amz-Function-Error")));
        Assert.Equal("""{"errorMessage":"m","errorType":"t"}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Event_is_accepted_and_runs_and_DryRun_does_not()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage dry = await SdkSigner.PostAsync(
            emulator, Invoke, [], TestEmulator.Script(["print", "dry"], ["head"], ["end"]), request => request.Headers.Add("X-Amz-Invocation-Type", "DryRun"));
        using HttpResponseMessage asynchronous = await SdkSigner.PostAsync(
            emulator, Invoke, [], TestEmulator.Script(["print", "asynchronous"], ["head"], ["end"]), request => request.Headers.Add("X-Amz-Invocation-Type", "Event"));

        Assert.Equal(HttpStatusCode.NoContent, dry.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, asynchronous.StatusCode);
        await emulator.Console.LineAsync("[test] asynchronous");
        Assert.DoesNotContain("[test] dry", emulator.Console.Lines);
    }

    [Theory]
    [InlineData("other", HttpStatusCode.NotFound)]
    [InlineData("test:$LATEST", HttpStatusCode.OK)]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:test", HttpStatusCode.OK)]
    public async Task A_function_is_found_by_name_or_ARN(string name, HttpStatusCode status)
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator, $"2015-03-31/functions/{name}/invocations", [], TestEmulator.Script(["head"], ["chunk", "1"], ["end"]));

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(emulator, Invoke, [], "{}", secret: "wrong");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("InvalidSignatureException", Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
    }

    [Fact]
    public async Task The_AWS_SDK_for_JavaScript_invokes_and_streams()
    {
        string modules = await JavaScriptSdk.InstallAsync();
        await using TestEmulator emulator = await StartAsync();
        string invoke = TestEmulator.Script(["head"], ["chunk", "[1,2]"], ["end"]);
        string streamed = TestEmulator.Script(["head"], ["chunk", "one "], ["chunk", "two"], ["end"]);
        string failed = TestEmulator.Script(
            ["head"], ["chunk", "partial"], ["end", "Lambda-Runtime-Function-Error-Type: Function.odd", "Lambda-Runtime-Function-Error-Body: e30="]);
        string output = await JavaScriptSdk.RunAsync(modules, emulator.Port, [invoke, streamed, failed, TestEmulator.Script(["head"], ["chunk", "partial"], ["exit", "1"]), TestEmulator.Script(["hang"])]);

        Assert.Equal(
            [
                "invoke 200 [1,2]",
                "stream one two {}",
                "stream partial Function.Unknown {}",
                "stream partial Runtime.ExitError {",
                "stream  Sandbox.Timedout {",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("\"errorType\"")[0]));
    }

    private static Task<TestEmulator> StartAsync() =>
        TestEmulator.StartAsync(TestEmulator.Settings with { AuthType = AuthType.AwsIam, Timeout = TimeSpan.FromSeconds(3) });
}
