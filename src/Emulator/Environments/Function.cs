using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Environments;

/// <summary>A function: takes invocations, and keeps as many processes as they need, up to its concurrency. The others wait their turn.</summary>
internal sealed class Function(FunctionSettings settings, EmulatorConsole console, TimeProvider time) : IAsyncDisposable
{
    private readonly int _slots = settings.MaxConcurrency ?? 1;
    private readonly SemaphoreSlim _turns = new(settings.Concurrency * (settings.MaxConcurrency ?? 1));
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly FunctionLog _log = new(settings.Name, console);
    private readonly List<ExecutionEnvironment> _environments = [];
    private BootstrapFiles _known = BootstrapFiles.Read(settings.BootstrapPath);

    /// <summary>Its configuration.</summary>
    public FunctionSettings Settings { get; } = settings;

    /// <summary>Runs an invocation and ends with its outcome. The runtime may be busy with it for longer.</summary>
    /// <exception cref="OperationCanceledException">The emulator stops.</exception>
    public async Task<InvocationOutcome> InvokeAsync(Invocation invocation)
    {
        await _turns.WaitAsync(_stopping.Token);
        _ = RunAsync(invocation);
        return await invocation.Outcome.WaitAsync(_stopping.Token);
    }

    /// <summary>The log's last 4 KB, once the invocation has its report in it.</summary>
    public async Task<string> LogTailAsync(Invocation invocation)
    {
        await invocation.Reported.WaitAsync(_stopping.Token);
        return _log.Tail;
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

    private async Task RunAsync(Invocation invocation)
    {
        try
        {
            ExecutionEnvironment environment = await RentAsync();
            try
            {
                await environment.RunAsync(invocation);
            }
            finally
            {
                await ReturnAsync(environment);
            }
        }
        catch (Exception exception) when (_stopping.IsCancellationRequested)
        {
            // Whatever breaks while everything is being ended is the end itself.
            _ = exception;
        }
        catch (Exception exception)
        {
            _log.WriteLine($"The emulator failed to run the invocation; this is a bug in the emulator: {exception}");
            invocation.Judge(InvocationOutcome.PlatformError("Sandbox.Failure", invocation.Request.RequestId, exception.Message), cut: true);
        }
        finally
        {
            invocation.Report();
            _turns.Release();
        }
    }

    private async Task<ExecutionEnvironment> RentAsync()
    {
        FunctionSettings newest = Settings.WithNewestCode(time);
        BootstrapFiles files = await BootstrapFiles.ReadSettledAsync(newest.BootstrapPath, time, _stopping.Token);
        bool isNew;
        ExecutionEnvironment? stale;
        ExecutionEnvironment rented;
        lock (_lock)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            stale = _environments.Find(environment => environment.Busy == 0 && environment.Files != files);
            if (stale is not null)
                _environments.Remove(stale);

            ExecutionEnvironment? free = _environments.Find(
                environment => environment.IsAlive && environment.Busy < _slots && environment.Files == files);
            if (free is null)
            {
                free = new ExecutionEnvironment(newest, files, _log, time);
                _environments.Add(free);
            }
            free.Busy++;
            rented = free;
            isNew = files != _known;
            _known = files;
        }

        if (isNew)
            _log.WriteLine($"{files.Description} was rebuilt: starting the new one.");

        if (stale is not null)
            await stale.DisposeAsync();
        return rented;
    }

    private async ValueTask ReturnAsync(ExecutionEnvironment environment)
    {
        bool isOver;
        lock (_lock)
        {
            environment.Busy--;
            isOver = environment.Busy == 0 && !environment.IsAlive && _environments.Remove(environment);
        }
        if (isOver)
            await environment.DisposeAsync();
    }
}
