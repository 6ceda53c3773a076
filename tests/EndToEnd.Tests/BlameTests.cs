using StreamingLambda.Emulator.Testing;
using StreamingLambda.EndToEnd.Tests.ForeignRuntimes;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>
/// A function that runs out of time or ends its process in the middle of a response, on three runtimes: none of them is told that it broke the
/// protocol.
/// </summary>
public sealed class BlameTests
{
    private const string Python = """
        import http.client, json, os, time
        base = '/2018-06-01/runtime/invocation/'
        api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
        while True:
            api.request('GET', base + 'next')
            answer = api.getresponse()
            path = json.loads(answer.read())['rawPath']
            api.putrequest('POST', base + answer.getheader('lambda-runtime-aws-request-id') + '/response')
            api.putheader('Transfer-Encoding', 'chunked')
            api.endheaders()
            api.send(b'4\r\none\n\r\n')
            if path == '/midway/exit':
                os._exit(3)
            time.sleep(60)
        """;

    private const string Node = """
        export const handler = awslambda.streamifyResponse(async (event, stream) => {
          stream.write('one\n');
          if (event.rawPath === '/midway/exit') setTimeout(() => process.exit(3), 200);
          await new Promise(() => setTimeout(() => {}, 60000));
        });
        """;

    private static readonly LocalLambdaOptions TwoSeconds = new() { Timeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task Our_own_runtime()
    {
        await using LocalLambda lambda = await LocalLambda.StartAsync(TwoSeconds with { Path = BuiltPrograms.CarelessFunction });

        await FailAsync(lambda);
    }

    [Fact]
    public async Task A_runtime_of_a_few_lines()
    {
        CommandResult python = await Command.RunAsync(ForeignRuntime.PathOf("python3"), ["-c", "import sys; print(sys.executable)"]);
        using var runtime = new ForeignRuntime(python.Output.Trim(), Python);
        await using LocalLambda lambda = await runtime.StartAsync("x", TwoSeconds);

        await FailAsync(lambda);
    }

    [Fact]
    public async Task AWSs_client_for_Node()
    {
        using ForeignRuntime runtime = await NodeClient.CreateAsync(Node);
        await using LocalLambda lambda = await runtime.StartAsync("app.handler", TwoSeconds);

        await FailAsync(lambda);
    }

    private static async Task FailAsync(LocalLambda lambda)
    {
        foreach (string path in (string[])["/midway/exit", "/midway/hang", "/midway/exit"])
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => lambda.GetTextAsync(path));

        IReadOnlyList<LocalInvocation> invocations = await lambda.EndedInvocationsAsync();
        Assert.Equal(["Runtime.ExitError", "Sandbox.Timedout", "Runtime.ExitError"], invocations.Select(invocation => invocation.Error?.Type));
        Assert.All(invocations, invocation =>
        {
            Assert.Equal("one\n", invocation.BodyText);
            Assert.Contains("was in the middle of its response (4 bytes)", invocation.Error?.Explanation, StringComparison.Ordinal);
        });
        Assert.Contains("Runtime exited with error: exit status 3", invocations[0].Error?.Message, StringComparison.Ordinal);
        Assert.Contains("Task timed out after 2.00 seconds", invocations[1].Error?.Message, StringComparison.Ordinal);
        lambda.AssertNobodyBrokeTheProtocol();
    }
}
