using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.RuntimeApi;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// One process of a function, from its first invocation until it crashes, exceeds a deadline, is rebuilt, or the emulator stops.
/// It is never started a second time: the next invocation gets a new one.
/// </summary>
internal sealed class ExecutionEnvironment : IAsyncDisposable
{
    /// <summary>The last bytes of a process that has just ended may still be on their way through the socket.</summary>
    private static readonly TimeSpan LastBytes = TimeSpan.FromMilliseconds(200);

    private readonly FunctionSettings _settings;
    private readonly FunctionLog _log;
    private readonly TimeProvider _time;
    private readonly RuntimeState _runtime;
    private readonly RuntimeProcess _process;
    private readonly Lazy<Task<InitResult>> _init;
    private readonly MemoryWarning _memory;
    private volatile bool _isOver;

    public ExecutionEnvironment(FunctionSettings settings, BootstrapFiles files, ProcessGuard guard, FunctionLog log, TimeProvider time)
    {
        _settings = settings;
        _log = log;
        _time = time;
        _runtime = new RuntimeState(settings, log, time);
        _process = new RuntimeProcess(settings, _runtime, guard, log, time);
        _init = new Lazy<Task<InitResult>>(_process.StartAsync);
        _memory = new MemoryWarning(settings, files, log);
        Files = files;
    }

    /// <summary>The files that it was started from.</summary>
    public BootstrapFiles Files { get; }

    /// <summary>Whether it can take another invocation: a process may also end while it has nothing to do.</summary>
    public bool IsAlive => !_isOver && (!_init.IsValueCreated || !_init.Value.IsCompletedSuccessfully || _process.IsRunning);

    /// <summary>Whether it has come to its end, by what happened in it or from outside.</summary>
    public bool IsOver => _isOver;

    /// <summary>The invocations that it works on; kept by the function, under its lock.</summary>
    public HashSet<Invocation> Running { get; } = [];

    /// <summary>
    /// Runs an invocation until the runtime is through with it; the invocation then has its outcome. False: the process had ended before it could
    /// take the invocation, which still waits for another one. That is no fault of the function's.
    /// </summary>
    public async Task<bool> TryRunAsync(Invocation invocation)
    {
        _log.Follow(invocation.Log);
        try
        {
            return await TryRunFollowedAsync(invocation);
        }
        finally
        {
            _log.Unfollow(invocation.Log);
        }
    }

    private async Task<bool> TryRunFollowedAsync(Invocation invocation)
    {
        bool startsIt = !_init.IsValueCreated;
        InitResult init = await _init.Value;
        invocation.Log.Add($"START RequestId: {invocation.Request.RequestId} Version: $LATEST");
        var line = new ReportLine(_settings, invocation, _time.GetTimestamp()) { Init = startsIt ? init.Duration : null };
        if (init.Failure is not null && startsIt && BootstrapFiles.Read(Files.Path) != Files)
        {
            // A build took the files away, or put others in their place, while the process was starting from them.
            _isOver = true;
            invocation.Log.Clear();
            return false;
        }
        if (init.Failure is { } failure)
        {
            _isOver = true;
            invocation.Judge(failure(invocation.Request.RequestId), cut: false);
        }
        else
        {
            _runtime.Offer(invocation);
            line.Failure = await WaitAsync(invocation, mayGoElsewhere: !startsIt);
            if (invocation.IsWaiting)
            {
                await _process.OutputShownAsync();
                invocation.Log.Clear();
                return false;
            }
        }

        line.End = _time.GetTimestamp();
        if (_isOver)
            await _process.StopAsync();
        _process.MeasureMemory();
        _memory.Check(_process.PeakMemoryMegabytes);
        await line.PrintAsync(_log, await invocation.Outcome, _process.PeakMemoryMegabytes, _time);
        return true;
    }

    public ValueTask DisposeAsync()
    {
        _isOver = true;
        return _process.DisposeAsync();
    }

    // Waits for the end of the invocation, of the time, or of the process. Null: the runtime got through with it.
    private async Task<InvocationOutcome?> WaitAsync(Invocation invocation, bool mayGoElsewhere)
    {
        using var timer = new CancellationTokenSource();
        Task timeout = Task.Delay(_settings.Timeout, _time, timer.Token);
        Task first = await Task.WhenAny(invocation.Finished, timeout, _process.Exited);
        InvocationOutcome? failure =
            first == invocation.Finished ? null
            : first == timeout ? await TimeOutAsync(invocation)
            : await ExitAsync(invocation, timeout, mayGoElsewhere);
        await timer.CancelAsync();
        return failure;
    }

    private async Task<InvocationOutcome> TimeOutAsync(Invocation invocation)
    {
        InvocationOutcome failure = InvocationOutcome.PlatformError(
            ErrorTypes.TimedOut, invocation.Request.RequestId, InvocationOutcome.TimedOutMessage(_settings.Timeout)) with
        {
            Explanation = Verdict.OfTimeout(invocation, codeRunsOn: _settings.MaxConcurrency is not null),
        };
        invocation.Judge(failure, cut: true);
        await invocation.Outcome;

        // Where a process takes several invocations at a time the code runs on: its slot is taken until it answers, too late.
        if (_settings.MaxConcurrency is not null)
        {
            _runtime.FreeDroppedSlots();
            await Task.WhenAny(invocation.Finished, _process.Exited);
        }
        else
        {
            _isOver = true;
        }
        return failure;
    }

    private async Task<InvocationOutcome?> ExitAsync(Invocation invocation, Task timeout, bool mayGoElsewhere)
    {
        _isOver = true;
        _runtime.Close();
        if (mayGoElsewhere && invocation.IsWaiting)
            return null;

        await _process.OutputShownAsync();
        if (!invocation.Received.IsCompleted)
            await Task.WhenAny(invocation.Received, Task.Delay(LastBytes, _time, CancellationToken.None));

        // What is on its way to a slow caller still gets there, as long as the invocation may take.
        InvocationOutcome failure = InvocationOutcome.PlatformError(
            ErrorTypes.ExitError, invocation.Request.RequestId, ChildProcess.DescribeExit(await _process.Exited)) with
        {
            Explanation = Verdict.OfExit(invocation),
        };
        invocation.Judge(failure, cut: false);
        await Task.WhenAny(invocation.Outcome, timeout);
        invocation.Judge(failure, cut: true);
        return failure;
    }
}
