using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// One process of a function, from its first invocation until it crashes, exceeds a deadline, is rebuilt, or the emulator stops.
/// It is never started a second time: the next invocation gets a new one.
/// </summary>
internal sealed class ExecutionEnvironment : IAsyncDisposable
{
    /// <summary>The last bytes of a process that has just ended may still be on their way through the socket.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromMilliseconds(200);

    private readonly FunctionSettings _settings;
    private readonly FunctionLog _log;
    private readonly TimeProvider _time;
    private readonly RuntimeState _runtime;
    private readonly RuntimeProcess _process;
    private readonly Lazy<Task<InitResult>> _init;

    public ExecutionEnvironment(FunctionSettings settings, BootstrapFiles files, FunctionLog log, TimeProvider time)
    {
        _settings = settings;
        _log = log;
        _time = time;
        _runtime = new RuntimeState(settings, time);
        _process = new RuntimeProcess(settings, _runtime, log, time);
        _init = new Lazy<Task<InitResult>>(_process.StartAsync);
        Files = files;
    }

    /// <summary>The files that it was started from.</summary>
    public BootstrapFiles Files { get; }

    /// <summary>Whether it can take another invocation.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>How many invocations it works on; kept by the function, under its lock.</summary>
    public int Busy { get; set; }

    /// <summary>Runs an invocation until the runtime is through with it; the invocation then has its outcome.</summary>
    public async Task RunAsync(Invocation invocation)
    {
        _log.Follow(invocation.Log);
        try
        {
            await RunFollowedAsync(invocation);
        }
        finally
        {
            _log.Unfollow(invocation.Log);
        }
    }

    private async Task RunFollowedAsync(Invocation invocation)
    {
        bool startsIt = !_init.IsValueCreated;
        InitResult init = await _init.Value;
        invocation.Log.Add($"START RequestId: {invocation.Request.RequestId} Version: $LATEST");
        var report = new InvocationReport(_settings, invocation, _time.GetTimestamp()) { Init = startsIt ? init.Duration : null };
        if (init.Failure is { } failure)
        {
            IsAlive = false;
            invocation.Judge(failure(invocation.Request.RequestId), cut: false);
        }
        else
        {
            _runtime.Offer(invocation);
            report.Failure = await WaitAsync(invocation);
        }

        report.End = _time.GetTimestamp();
        if (!IsAlive)
            await _process.StopAsync();
        _process.MeasureMemory();
        report.Print(_log, await invocation.Outcome, _process.PeakMemoryMegabytes, _time);
    }

    public ValueTask DisposeAsync()
    {
        IsAlive = false;
        return _process.DisposeAsync();
    }

    // Waits for the end of the invocation, of the time, or of the process. Null: the runtime got through with it.
    private async Task<InvocationOutcome?> WaitAsync(Invocation invocation)
    {
        using var timer = new CancellationTokenSource();
        Task timeout = Task.Delay(_settings.Timeout, _time, timer.Token);
        Task first = await Task.WhenAny(invocation.Finished, timeout, _process.Exited);
        InvocationOutcome? failure =
            first == invocation.Finished ? null
            : first == timeout ? await TimeOutAsync(invocation)
            : await ExitAsync(invocation, timeout);
        await timer.CancelAsync();
        return failure;
    }

    private async Task<InvocationOutcome> TimeOutAsync(Invocation invocation)
    {
        var failure = InvocationOutcome.PlatformError(
            ErrorTypes.TimedOut, invocation.Request.RequestId, InvocationOutcome.TimedOutMessage(_settings.Timeout));
        invocation.Judge(failure, cut: true);
        await invocation.Outcome;

        // Where a process takes several invocations at a time the code runs on: its slot is taken until it answers, too late.
        if (_settings.MaxConcurrency is not null)
            await Task.WhenAny(invocation.Finished, _process.Exited);
        else
            IsAlive = false;
        return failure;
    }

    private async Task<InvocationOutcome> ExitAsync(Invocation invocation, Task timeout)
    {
        IsAlive = false;
        await _process.OutputShownAsync();
        if (!invocation.IsResponding)
            await Task.WhenAny(invocation.Outcome, Task.Delay(Aftermath, _time, CancellationToken.None));

        // What is on its way to a slow caller still gets there, as long as the invocation may take.
        var failure = InvocationOutcome.PlatformError(
            ErrorTypes.ExitError, invocation.Request.RequestId, ChildProcess.DescribeExit(await _process.Exited));
        invocation.Judge(failure, cut: false);
        await Task.WhenAny(invocation.Outcome, timeout);
        invocation.Judge(failure, cut: true);
        return failure;
    }
}
