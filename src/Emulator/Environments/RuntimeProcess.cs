using System.ComponentModel;
using System.Globalization;
using System.Net;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Emulator.RuntimeApi;

namespace StreamingLambda.Emulator.Environments;

/// <summary>A <c>bootstrap</c> and the Runtime API that it talks to: how both start and how both end.</summary>
internal sealed class RuntimeProcess(
    FunctionSettings settings, RuntimeState state, ProcessGuard guard, FunctionLog log, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long init may take where a process takes several invocations at a time.</summary>
    private static readonly TimeSpan ConcurrentInitLimit = TimeSpan.FromSeconds(130);

    /// <summary>A runtime that reported an init error has this long to exit.</summary>
    private static readonly TimeSpan ExitTime = TimeSpan.FromMilliseconds(500);

    /// <summary>errno ENOENT: there is no such file.</summary>
    private const int NoFile = 2;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>errno ENOEXEC: not an executable, or not yet.</summary>
    private const int ExecFormat = 8;

    /// <summary>errno ETXTBSY: someone has it open for writing.</summary>
    private const int TextFileBusy = 26;

    private readonly CancellationTokenSource _closed = new();
    private HttpServer? _server;
    private ChildProcess? _child;

    /// <summary>Ends with the exit code when the process ends.</summary>
    public Task<int> Exited => _child!.Exited;

    /// <summary>Whether it still runs, as the system has it.</summary>
    public bool IsRunning => _child?.IsRunning == true;

    /// <summary>The most memory that the process had, in MB.</summary>
    public long PeakMemoryMegabytes { get; private set; }

    /// <summary>Starts both; ends when the runtime is ready, or has failed.</summary>
    public async Task<InitResult> StartAsync()
    {
        var endpoints = new RuntimeApiEndpoints(state, settings, log, time, _closed.Token);
        _server = await HttpServer.StartAsync(IPAddress.Loopback, [0], endpoints.HandleAsync, log.WriteLine, endpoints.ExplainBadRequest);
        if (settings.MaxConcurrency is not null)
            return await StartChildAsync(settings.InitLimit > ConcurrentInitLimit ? settings.InitLimit : ConcurrentInitLimit);

        InitResult result = await StartChildAsync(settings.InitLimit);
        if (!result.IsTimeout)
            return result;

        log.WriteLine(
            $"INIT_REPORT Init Duration: {result.Duration.TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture)} ms\tPhase: init\tStatus: "
                + "timeout. "
                + $"It did not ask for an invocation within {settings.InitLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s. "
                + "Lambda starts it over, now within the function's own timeout.");
        await KillAsync();
        return await StartChildAsync(settings.Timeout);
    }

    /// <summary>Ends the process as Lambda does: SIGKILL, with a SIGTERM before it only when an extension is registered.</summary>
    public async Task StopAsync()
    {
        if (_child is null)
            return;

        if (state.HasExtension && !_child.Exited.IsCompleted)
        {
            _child.Terminate();
            await Task.WhenAny(_child.Exited, Task.Delay(settings.ShutdownWindow, time, CancellationToken.None));
        }
        await KillAsync();
    }

    /// <summary>Notes how much memory it has had.</summary>
    public void MeasureMemory() => PeakMemoryMegabytes = Math.Max(PeakMemoryMegabytes, _child?.PeakMemoryMegabytes() ?? 0);

    /// <summary>Waits until what the process wrote last is on the console.</summary>
    public Task OutputShownAsync() => _child!.OutputShownAsync(time);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _closed.CancelAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _child?.Dispose();
        _closed.Dispose();
    }

    private async Task KillAsync()
    {
        MeasureMemory();
        _child!.Kill();
        await _child.Exited;
        await _child.OutputShownAsync(time);
    }

    // A linker may still be writing it: the system then refuses to run it, and a little later does not.
    private async Task<ChildProcess> StartWrittenAsync(string runtimeApi)
    {
        long asked = time.GetTimestamp();
        bool isExplained = false;
        string logStream = Guid.NewGuid().ToString("N");
        Dictionary<string, string> variables = ProcessVariables.For(settings, runtimeApi, logStream, time.GetUtcNow());
        while (true)
        {
            try
            {
                return Spawn(variables, logStream);
            }
            catch (Win32Exception exception) when (time.GetElapsedTime(asked) < BootstrapFiles.Patience && IsHalfWritten(exception))
            {
                if (!isExplained)
                    log.WriteLine($"{settings.BootstrapPath} is still being written ({exception.Message}): waiting until it is complete.");
                isExplained = true;
                await Task.Delay(RetryInterval, time, _closed.Token);
            }
        }
    }

    private ChildProcess Spawn(Dictionary<string, string> variables, string logStream)
    {
        // What wraps it would only say so in words of its own.
        if (!File.Exists(settings.BootstrapPath))
            throw new Win32Exception(NoFile);
        var child = ChildProcess.Start(settings, variables, logStream, guard, log.WriteOutput);
        log.Write(new ConsoleEntry(EntryTypes.Process, $"Process {child.Id} runs {string.Join(' ', settings.Wrap.Append(settings.BootstrapPath))}")
        {
            IsForScripts = !settings.IsDebugged,
            Members = json => json.WriteNumber("pid", child.Id),
        });
        return child;
    }

    private bool IsHalfWritten(Win32Exception exception) => exception.NativeErrorCode switch
    {
        TextFileBusy => true,
        // As true of a file for another processor, which nobody has touched for a while.
        ExecFormat => BootstrapFiles.Read(settings.BootstrapPath).IsWrittenWithin(BootstrapFiles.Patience, time),
        _ => false,
    };

    private static string Explain(Win32Exception exception) => exception.NativeErrorCode == ExecFormat
        ? "this machine cannot run that file (Exec format error). It was built for another processor or system, or is a script without a '#!' line. "
            + "Build it for this machine (this project's way: ./build.sh --local)."
        : exception.Message;

    private async Task<InitResult> StartChildAsync(TimeSpan limit)
    {
        long started = time.GetTimestamp();
        string runtimeApi = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_server!.Ports[0]}");
        try
        {
            _child?.Dispose();
            _child = await StartWrittenAsync(runtimeApi);
        }
        catch (Win32Exception exception)
        {
            return InitResult.Failed(TimeSpan.Zero, ErrorTypes.InvalidEntrypoint, $"Couldn't start {settings.BootstrapPath}: {Explain(exception)}");
        }

        using var timer = new CancellationTokenSource();
        Task timeout = Task.Delay(limit, time, timer.Token);
        Task first = await Task.WhenAny(state.Initialized, state.InitFailed, _child.Exited, timeout);
        await timer.CancelAsync();
        TimeSpan duration = time.GetElapsedTime(started);
        if (first == state.Initialized)
            return new InitResult(duration);
        if (first == timeout)
            return InitResult.Failed(duration, ErrorTypes.TimedOut, InvocationOutcome.TimedOutMessage(limit));

        // A runtime that reports an init error exits by itself; what it says on the way belongs above the report.
        await Task.WhenAny(_child.Exited, Task.Delay(ExitTime, time, CancellationToken.None));
        await _child.OutputShownAsync(time);
        return state.InitFailed.IsCompletedSuccessfully
            ? InitResult.FailedByRuntime(duration, await state.InitFailed)
            : InitResult.Failed(duration, ErrorTypes.ExitError, ChildProcess.DescribeExit(await _child.Exited));
    }
}
