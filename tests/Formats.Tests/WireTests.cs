using System.Net.ServerSentEvents;
using System.Threading.Channels;

using StreamingLambda.Runtime;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Formats.Tests;

/// <summary>The same over a real connection: the runtime talks to a Runtime API that the test plays.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task Each_event_crosses_the_connection_before_the_next_is_there_and_an_error_is_event_and_trailers()
    {
        var source = Channel.CreateUnbounded<SseItem<Row>>();
        await using var api = new ScriptedRuntimeApi();
        using var stop = new CancellationTokenSource();
        Task<int> running = LambdaRuntime.RunAsync(
            new LambdaEnvironment { RuntimeApi = api.Address, LogLevel = "FATAL" },
            _ => new DelegateStreamingHandler((_, response, token) =>
                response.SendServerSentEventsAsync(source.Reader.ReadAllAsync(token), TestJson.Default.Row, token)),
            cancellationToken: stop.Token);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();

        await connection.ReadHeadAsync();
        Assert.EndsWith("\0\0\0\0\0\0\0\0", await connection.ReadChunkTextAsync(), StringComparison.Ordinal);
        await source.Writer.WriteAsync(new(new Row(1, "a")));
        Assert.Equal("data: {\"id\":1,\"name\":\"a\",\"weight\":0}\n\n", await connection.ReadChunkTextAsync());
        await source.Writer.WriteAsync(new(new Row(2, "b"), "row"));
        Assert.Equal("event: row\ndata: {\"id\":2,\"name\":\"b\",\"weight\":0}\n\n", await connection.ReadChunkTextAsync());
        source.Writer.Complete(new TimeoutException("too slow"));
        Assert.StartsWith("event: error\n", await connection.ReadChunkTextAsync(), StringComparison.Ordinal);
        Assert.Null(await connection.ReadChunkTextAsync());
        Assert.Contains(("Lambda-Runtime-Function-Error-Type", "Function.TimeoutException"), await connection.ReadTrailersAsync());

        await connection.AnswerAsync(202);
        await stop.CancelAsync();
        Assert.Equal(0, await running.WaitAsync(Limits.Step));
    }
}
