using System.Diagnostics;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Logging;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Testing;

/// <summary>One invocation under way, from <see cref="TestHost.Start"/>.</summary>
/// <example>
/// <code>
/// TestRun run = host.Start(FunctionUrlEvent.Get("/"));
/// Assert.Equal("first\n", (await run.ReadChunkAsync())?.Text);
/// TestResponse response = await run.WaitAsync();
/// </code>
/// </example>
public sealed class TestRun
{
    private readonly TestHost _host;
    private readonly ResponseRecorder _recorder;
    private readonly Task<TestResponse> _response;

    internal TestRun(TestHost host, IStreamingLambdaHandler handler, ReadOnlyMemory<byte> eventJson)
    {
        _host = host;
        _recorder = new ResponseRecorder(host.TimeProvider);
        // On another thread, as a handler may do much before it first waits.
        _response = Task.Run(() => RunAsync(new DelegateStreamingHandler(Observe), eventJson));

        // A clock that advances by itself has to know when the handler's code runs.
        Task Observe(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
            new RunActivity().Run(() => handler.HandleAsync(invocation, response, cancellationToken));
    }

    /// <summary>The chunks of the body from the first one that was not read yet, each as soon as the handler has written it, to the end of
    /// the response.</summary>
    /// <exception cref="TimeoutException">No chunk came, and the response did not end, within <see cref="TestHost.WaitLimit"/>.</exception>
    public async IAsyncEnumerable<ResponseChunk> ReadChunksAsync()
    {
        while (await ReadChunkAsync().ConfigureAwait(false) is { } chunk)
            yield return chunk;
    }

    /// <summary>Waits for the next chunk of the body; null at the end of the response. One write of the handler is one chunk; status and
    /// headers are none.</summary>
    /// <exception cref="TimeoutException">No chunk came, and the response did not end, within <see cref="TestHost.WaitLimit"/>.</exception>
    public async Task<ResponseChunk?> ReadChunkAsync() =>
        await BoundAsync(_recorder.ReadAsync(), "The handler has neither written nor finished").ConfigureAwait(false);

    /// <summary>Waits until the handler has ended, background work included.</summary>
    /// <exception cref="TimeoutException">The handler has not ended within <see cref="TestHost.WaitLimit"/>.</exception>
    public Task<TestResponse> WaitAsync() => BoundAsync(_response, "The handler has not ended");

    private async Task<TestResponse> RunAsync(IStreamingLambdaHandler handler, ReadOnlyMemory<byte> eventJson)
    {
        // More than one, although there is one: only then does the loop leave the process's environment alone, which tests share.
        const int concurrency = 2;
        using var log = new MemoryStream();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(_host.Stopping);
        var writer = new LogWriter(log, new LambdaEnvironment { LogLevel = "TRACE" }, _host.TimeProvider);
        using var client = new RuntimeApiClient(
            new HttpMessageInvoker(new InMemoryRuntimeApi(_host, eventJson, _recorder, stopping)), writer, _host.TimeProvider);
        try
        {
            var options = new LambdaRuntimeOptions { TimeProvider = _host.TimeProvider };
            await new InvocationLoop(client, handler, options, concurrency, stopping.Token).RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _recorder.End();
        }
        return _recorder.CreateResponse(log.ToArray());
    }

    private async Task<T> BoundAsync<T>(Task<T> task, string what)
    {
        if (Debugger.IsAttached)
            return await task.ConfigureAwait(false);
        try
        {
            return await task.WaitAsync(_host.WaitLimit).ConfigureAwait(false);
        }
        catch (TimeoutException e) when (!task.IsCompleted)
        {
            throw new TimeoutException($"{what} within {_host.WaitLimit} ({nameof(TestHost)}.{nameof(TestHost.WaitLimit)}). "
                + "If it waits for a clock that the test owns, advance that clock, or let it advance by itself (ManualClock.AutoAdvance); "
                + "if it waits for "
                + "something else, provide it.", e);
        }
    }
}
