using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>One runtime, one connection to it, and a handler: the setting of most tests here.</summary>
internal sealed class Session : IAsyncDisposable
{
    private Session(ScriptedRuntimeApi api, RunningRuntime runtime, ScriptedConnection connection)
    {
        Api = api;
        Runtime = runtime;
        Connection = connection;
    }

    public ScriptedRuntimeApi Api { get; }

    public RunningRuntime Runtime { get; }

    public ScriptedConnection Connection { get; }

    /// <summary>Starts the runtime; its <c>GET next</c> is still to be read.</summary>
    public static async Task<Session> StartAsync(
        Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle,
        LambdaEnvironment? environment = null,
        LambdaRuntimeOptions? options = null)
    {
        var api = new ScriptedRuntimeApi();
        var runtime = new RunningRuntime(api, handle, environment, options);
        return new Session(api, runtime, await api.AcceptAsync());
    }

    /// <summary>Starts the runtime with a handler that needs only the response, and gives it one invocation.</summary>
    public static async Task<Session> InvokeAsync(Func<ResponseStreamWriter, Task> handle)
    {
        Session session = await StartAsync((_, response, _) => handle(response));
        await session.Connection.GiveInvocationAsync();
        return session;
    }

    /// <summary>Reads what the runtime posts about an invocation, and accepts it.</summary>
    public async Task<RecordedRequest> AcceptPostAsync()
    {
        RecordedRequest post = await Connection.ReadRequestAsync();
        await Connection.AnswerAsync(202);
        return post;
    }

    /// <summary>Waits until the runtime asks for the next invocation on the same connection: it is done with the last one.</summary>
    public async Task ReadNextAsync() =>
        Assert.Equal("GET /2018-06-01/runtime/invocation/next HTTP/1.1", (await Connection.ReadHeadAsync()).Text.Split("\r\n")[0]);

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        await Api.DisposeAsync();
    }
}
