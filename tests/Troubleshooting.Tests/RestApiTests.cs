using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Calling it": what a caller of a REST API meets, with the emulator's console beside it.</summary>
public sealed class RestApiTests : IDisposable
{
    private const string BadGateway = """{"message":"Internal server error"}""";

    private readonly TemporaryDirectory _directory = new();

    public RestApiTests() => Assert.SkipUnless(Tools.IsInPath("curl"), "'curl' is not in PATH.");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Missing_Authentication_Token()
    {
        await using LocalLambda lambda = await StartAsync(BuiltPrograms.Bootstrap);

        string[] noRoute = await CallAsync(lambda, 403, "/Prod/order");
        Page.Shows([.. noRoute, .. await CallAsync(lambda, 403, "/orders")]);
    }

    [Fact]
    public async Task A_REST_API_that_does_not_stream()
    {
        await using LocalLambda streaming = await StartAsync(BuiltPrograms.Bootstrap);
        await using LocalLambda other = await StartAsync(BuiltPrograms.TestBootstrap);
        const string envelope =
            """{"steps":[["post","/2018-06-01/runtime/invocation/{id}/response","{\"statusCode\":200,\"body\":{\"id\":7}}"]]}""";

        string[] streamed = await CallAsync(streaming, 502, "/Prod/orders?count=1&pauseMs=0");
        string[] malformed = await CallAsync(other, 502, "/Prod/orders", "--data", envelope);
        Assert.Equal(BadGateway, malformed[0]);
        Page.Shows([.. streamed, malformed[1]]);
    }

    [Fact]
    public async Task A_REST_API_that_finds_no_status_and_headers()
    {
        await using LocalLambda first = await StartAsync(BuiltPrograms.TestBootstrap);
        await using LocalLambda second = await StartAsync(BuiltPrograms.TestBootstrap);

        string[] raw = await CallAsync(first, 502, "/Prod/orders/7", "--data", Stream("""["chunk","Number: 1\n"]"""));
        string[] tooLong = await CallAsync(second, 502, "/Prod/orders/7", "--data", Stream(
            """["chunk","{\"statusCode\":200,\"headers\":{\"x-session\":\""],["fill","1","16384"],["chunk","\"}}\\0\\0\\0\\0\\0\\0\\0\\0"]"""));
        Assert.Equal(BadGateway, tooLong[0]);
        Page.Shows([.. raw, tooLong[1]]);
    }

    private async Task<LocalLambda> StartAsync(string bootstrap)
    {
        string template = Path.Combine(_directory.Path, "template.yaml");
        await File.WriteAllTextAsync(template, """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Orders:
                Type: AWS::Serverless::Function
                Properties:
                  CodeUri: build/
                  Runtime: provided.al2023
                  Handler: SendNumbersWithPause
                  Events:
                    List: { Type: Api, Properties: { Path: /orders, Method: any } }
                    One: { Type: Api, Properties: { Path: '/orders/{id}', Method: any, ResponseTransferMode: RESPONSE_STREAM } }
            """);
        return await LocalLambda.StartAsync(new LocalLambdaOptions { Path = template, Executable = bootstrap, WaitLimit = Limits.Step });
    }

    /// <summary>The answer, and the line on the emulator's console.</summary>
    private static async Task<string[]> CallAsync(LocalLambda lambda, int status, string target, params string[] options)
    {
        var url = new Uri(lambda.Apis["ServerlessRestApi"], target);
        CommandResult result = await Command.RunAsync(
            "curl", ["--silent", "--noproxy", "*", "--write-out", "\n%{http_code}", .. options, url.AbsoluteUri]);
        string[] answer = result.Output.Split('\n');
        Assert.Equal($"{status}", answer[1]);
        string[] said = (await lambda.SaysAsync($" {target.Split('?')[0]}: ")).Split('\n');
        return [answer[0], said.Last(line => line.StartsWith($"[ServerlessRestApi] {status} for ", StringComparison.Ordinal))];
    }

    private static string Stream(string steps) =>
        $$"""{"steps":[["head","Lambda-Runtime-Function-Response-Mode: streaming"],{{steps}},["end"]]}""";
}
