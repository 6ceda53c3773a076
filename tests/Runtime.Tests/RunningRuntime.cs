using System.Runtime.CompilerServices;
using System.Text;

using StreamingLambda.Runtime.Tests.Http;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The real runtime, running a handler against a Runtime API that the test plays.</summary>
internal sealed class RunningRuntime : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly MemoryStream _log = new();

    public RunningRuntime(
        ScriptedRuntimeApi api,
        Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle,
        LambdaEnvironment? environment = null,
        LambdaRuntimeOptions? options = null)
        : this(api, _ => new DelegateStreamingHandler(handle), environment, options)
    {
    }

    [OverloadResolutionPriority(1)]
    public RunningRuntime(
        ScriptedRuntimeApi api,
        Func<LambdaEnvironment, IStreamingLambdaHandler> createHandler,
        LambdaEnvironment? environment = null,
        LambdaRuntimeOptions? options = null)
        : this(api, settings => Task.FromResult(createHandler(settings)), environment, options)
    {
    }

    public RunningRuntime(
        ScriptedRuntimeApi api,
        Func<LambdaEnvironment, Task<IStreamingLambdaHandler>> createHandler,
        LambdaEnvironment? environment = null,
        LambdaRuntimeOptions? options = null)
    {
        environment = (environment ?? new LambdaEnvironment()) with { RuntimeApi = api.Address };
        // The process is that of all tests: on a busy machine a runtime that loses its Runtime API may not leave in time, and would end them.
        LambdaRuntimeOptions own = (options ?? new LambdaRuntimeOptions()) with { Exit = static _ => { } };
        Exited = Task.Run(() => RuntimeProcess.RunAsync(
            environment,
            createHandler,
            own,
            LoopbackTo.Parse(api.Address),
            Stream.Synchronized(_log),
            _stop.Token));
    }

    /// <summary>The exit code, when the runtime ends.</summary>
    public Task<int> Exited { get; }

    /// <summary>The log so far, a line each.</summary>
    public string[] LogLines => Encoding.UTF8.GetString(_log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Stops the runtime as SIGTERM would, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await Exited.WaitAsync(Limits.Step);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        await _log.DisposeAsync();
    }
}
