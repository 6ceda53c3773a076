using System.Globalization;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Environments;

/// <summary>A function: takes invocations, and keeps as many processes as they need, up to its concurrency. The others wait their turn.</summary>
internal sealed class Function(
    FunctionSettings settings, EmulatorConsole console, ProcessGuard guard, TimeProvider time, IInvocationObservers? observers = null)
    : IAsyncDisposable
{
    /// <summary>
    /// A runtime that has answered usually asks for its next invocation in a moment: so long it is waited for before another process is started.
    /// </summary>
    private static readonly TimeSpan ReturnTime = TimeSpan.FromMilliseconds(100);

    /// <summary>How long code that is gone is waited for.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(1);

    /// <summary>More names would not help who reads them.</summary>
    private const int MaxNamed = 3;

    private readonly int _slots = settings.MaxConcurrency ?? 1;
    private readonly Turns _turns = new(settings.Concurrency * (settings.MaxConcurrency ?? 1));
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly FunctionLog _log = new(settings.Name, console);
    private readonly List<ExecutionEnvironment> _environments = [];
    private TaskCompletionSource _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BootstrapFiles _known = BootstrapFiles.Read(settings.BootstrapPath);

    /// <summary>Its configuration.</summary>
    public FunctionSettings Settings { get; } = settings;

    /// <summary>Runs an invocation and ends with its outcome. The runtime may be busy with it for longer.</summary>
    /// <exception cref="OperationCanceledException">The emulator stops.</exception>
    /// <exception cref="ThrottledException">It would have to wait, and may not.</exception>
    public async Task<InvocationOutcome> InvokeAsync(Invocation invocation)
    {
        invocation.Observer = observers?.Begin(invocation.Request, Settings);
        if (!_turns.TryTake(invocation))
            await WaitForTurnAsync(invocation);
        _ = RunAsync(invocation);
        return await invocation.Outcome.WaitAsync(_stopping.Token);
    }

    /// <summary>The last 4 KB of an invocation's log, once it has its REPORT line in it.</summary>
    public async Task<string> LogTailAsync(Invocation invocation)
    {
        await invocation.Logged.WaitAsync(_stopping.Token);
        return invocation.Log.Read();
    }

    /// <summary>Ends all processes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        List<ExecutionEnvironment> environments;
        lock (_lock)
        {
            environments = [.. _environments];
            _environments.Clear();
        }
        await Task.WhenAll(environments.Select(environment => environment.DisposeAsync().AsTask()));
    }

    // A wait for a runtime that is about to ask again is none that anybody should hear of.
    private async Task WaitForTurnAsync(Invocation invocation)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task turn = _turns.TakeAsync(invocation, giveUp.Token);
        await Task.WhenAny(turn, Task.Delay(ReturnTime, time, giveUp.Token));
        if (!turn.IsCompleted && Settings.Throttle && !invocation.Request.IsAsynchronous)
        {
            await giveUp.CancelAsync();
            invocation.MarkLogged();
            throw new ThrottledException($"{AllBusy()}, and --throttle lets nobody wait.");
        }
        if (!turn.IsCompleted)
            ExplainWait(invocation, _turns.Holders);
        await turn;
    }

    private async Task RunAsync(Invocation invocation)
    {
        try
        {
            while (!await RunOnceAsync(invocation))
                _log.WriteLine($"Its process ended before it had {invocation.Request.RequestId}, which goes to a new one.");
        }
        catch (Exception exception) when (_stopping.IsCancellationRequested)
        {
            // Whatever breaks while everything is being ended is the end itself.
            _ = exception;
        }
        catch (Exception exception)
        {
            _log.WriteLine($"The emulator failed to run the invocation; this is a bug in the emulator: {exception}");
            invocation.Judge(InvocationOutcome.PlatformError(ErrorTypes.SandboxFailure, invocation.Request.RequestId, exception.Message), cut: true);
        }
        finally
        {
            invocation.MarkLogged();
            _turns.Release(invocation);
        }
    }

    private async Task<bool> RunOnceAsync(Invocation invocation)
    {
        ExecutionEnvironment environment = await RentAsync(invocation);
        try
        {
            return await environment.TryRunAsync(invocation);
        }
        finally
        {
            await ReturnAsync(environment, invocation);
        }
    }

    private async Task<ExecutionEnvironment> RentAsync(Invocation invocation)
    {
        if (Settings.Build is { } build)
        {
            await build.SettledAsync(_stopping.Token);
            if (build.HasFailed)
                _log.WriteLine("The sources have changed and do not compile: this runs what was built before.");
        }
        (FunctionSettings newest, BootstrapFiles files) = await FindCodeAsync();
        if (IsNew(files))
            _log.WriteLine($"{files.Description} was rebuilt: starting the new one.");
        long asked = time.GetTimestamp();
        while (true)
        {
            ExecutionEnvironment? useless;
            ExecutionEnvironment? rented = null;
            Task returned;
            lock (_lock)
            {
                _stopping.Token.ThrowIfCancellationRequested();
                returned = _returned.Task;
                useless = _environments.Find(environment => environment.Running.Count == 0 && (environment.Files != files || !environment.IsAlive));
                if (useless is not null)
                    _environments.Remove(useless);
                else if (TryFind(files, invocation) is { } free)
                    rented = free;
                else if (time.GetElapsedTime(asked) >= ReturnTime || !_environments.Exists(IsAboutToReturn))
                    rented = Create(newest, files, invocation);
            }

            if (rented is not null)
                return rented;
            if (useless is not null)
                await EndAsync(useless, files);
            else
                await Task.WhenAny(returned, Task.Delay(ReturnTime / 4, time, _stopping.Token));
        }
    }

    // What ran before and is gone may come back at once: a build takes the old files away before it puts the new ones there, a publish twice.
    private async Task<(FunctionSettings Newest, BootstrapFiles Files)> FindCodeAsync()
    {
        long asked = time.GetTimestamp();
        bool isExplained = false;
        while (true)
        {
            FunctionSettings newest = Settings.WithNewestCode(time);
            BootstrapFiles files = await BootstrapFiles.ReadSettledAsync(newest.BootstrapPath, time, _stopping.Token);
            BootstrapFiles known;
            lock (_lock)
                known = _known;
            if (!known.IsBuilt || !IsBehind(files, known.Path) || time.GetElapsedTime(asked) >= Absence)
                return (newest, files);
            if (!isExplained)
            {
                string incomplete = files.IsBuilt ? known.Path : files.Path;
                _log.WriteLine($"{incomplete} is not complete: a build may be writing it. Waiting for {Absence.TotalSeconds:F0} s at most.");
            }
            isExplained = true;
            await Task.Delay(ReturnTime / 2, time, _stopping.Token);
        }
    }

    /// <summary>Whether what was found is not there any more, or was found only because what ran before was not there just then.</summary>
    private static bool IsBehind(BootstrapFiles found, string before) =>
        !found.IsBuilt || (found.Path != before && BootstrapFiles.Read(before) is var now && (!now.IsBuilt || now.NewestWrite > found.NewestWrite));

    private bool IsNew(BootstrapFiles files)
    {
        lock (_lock)
        {
            bool isNew = files != _known;
            _known = files;
            return isNew;
        }
    }

    private ExecutionEnvironment? TryFind(BootstrapFiles files, Invocation invocation)
    {
        ExecutionEnvironment? free = _environments.Find(
            environment => environment.IsAlive && environment.Running.Count < _slots && environment.Files == files);
        free?.Running.Add(invocation);
        return free;
    }

    private ExecutionEnvironment Create(FunctionSettings newest, BootstrapFiles files, Invocation invocation)
    {
        var environment = new ExecutionEnvironment(newest, files, guard, new FunctionLog(Settings.Name, console), time);
        environment.Running.Add(invocation);
        _environments.Add(environment);
        return environment;
    }

    private static bool IsAboutToReturn(ExecutionEnvironment environment) =>
        environment.IsAlive && environment.Running.Any(invocation => invocation.Outcome.IsCompleted);

    private async Task EndAsync(ExecutionEnvironment environment, BootstrapFiles files)
    {
        if (environment.Files == files)
            _log.WriteLine("Its process ended while it had nothing to do: starting a new one.");
        await environment.DisposeAsync();
    }

    private async ValueTask ReturnAsync(ExecutionEnvironment environment, Invocation invocation)
    {
        bool isOver;
        TaskCompletionSource returned;
        lock (_lock)
        {
            environment.Running.Remove(invocation);
            isOver = environment.Running.Count == 0 && environment.IsOver && _environments.Remove(environment);
            returned = _returned;
            _returned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        returned.SetResult();
        if (isOver)
            await environment.DisposeAsync();
    }

    private void ExplainWait(Invocation invocation, IReadOnlyCollection<Invocation> holders)
    {
        string named = string.Join(", ", holders.Take(MaxNamed).Select(holder => holder.Request.RequestId));
        string more = holders.Count > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $" and {holders.Count - MaxNamed} more") : "";
        _log.WriteLine(
            $"{invocation.Request.RequestId} waits: {AllBusy()}, with {named}{more}. "
                + "--concurrency N lets more run at a time, --throttle answers 429 instead.");
    }

    private string AllBusy() => (Settings.MaxConcurrency, Settings.Concurrency) switch
    {
        (null, 1) => "its only process is busy",
        (null, int processes) => string.Create(CultureInfo.InvariantCulture, $"all {processes} processes that it may have are busy"),
        (int slots, int processes) => string.Create(CultureInfo.InvariantCulture, $"all {processes * slots} slots of its processes are taken"),
    };
}
