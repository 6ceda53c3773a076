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

    [Fact]
    public async Task Our_own_runtime()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            ["--port", "0", "--auth", "NONE", "--timeout", "2", "--bootstrap", BuiltPrograms.CarelessFunction]);

        await FailAsync(emulator, "exit status 3");
    }

    [Fact]
    public async Task A_runtime_of_a_few_lines()
    {
        CommandResult python = await Command.RunAsync(ForeignRuntime.PathOf("python3"), ["-c", "import sys; print(sys.executable)"]);
        using var runtime = new ForeignRuntime(python.Output.Trim(), Python);
        await using RunningEmulator emulator = await runtime.StartAsync("x", "--timeout", "2");

        await FailAsync(emulator, "exit status 3");
    }

    [Fact]
    public async Task AWSs_client_for_Node()
    {
        using ForeignRuntime runtime = await NodeClient.CreateAsync(Node);
        await using RunningEmulator emulator = await runtime.StartAsync("app.handler", "--timeout", "2");

        await FailAsync(emulator, "exit status 3");
    }

    private static async Task FailAsync(RunningEmulator emulator, string exit)
    {
        foreach (string path in (string[])["/midway/exit", "/midway/hang", "/midway/exit"])
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => emulator.GetTextAsync(path));

        await emulator.Program.WaitForOutputAsync("(REPORT [^$]*){3}");
        Assert.Contains($"Runtime exited with error: {exit}", emulator.Program.Output, StringComparison.Ordinal);
        Assert.Contains("Task timed out after 2.00 seconds", emulator.Program.Output, StringComparison.Ordinal);
        Assert.Contains("was in the middle of its response (4 bytes)", emulator.Program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PROTOCOL", emulator.Program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not valid HTTP", emulator.Program.Output, StringComparison.Ordinal);
    }
}
