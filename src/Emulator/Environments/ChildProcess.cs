using System.IO.Pipes;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Environments;

/// <summary>A running <c>bootstrap</c> in a session of its own: its output goes to the console line by line, its end is a task.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>What holds the pipes open when everything of the session has been killed is not waited for any longer.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(2);

    private readonly ProcessSession _session;
    private readonly ProcessGuard _guard;
    private readonly AnonymousPipeServerStream _standardOutput;
    private readonly AnonymousPipeServerStream _standardError;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _output;
    private readonly PeakMemory _memory;

    private ChildProcess(
        ProcessSession session,
        ProcessGuard guard,
        AnonymousPipeServerStream standardOutput,
        AnonymousPipeServerStream standardError,
        Action<string> onLine)
    {
        _session = session;
        _guard = guard;
        _standardOutput = standardOutput;
        _standardError = standardError;
        _memory = new PeakMemory(session.Id);
        _output = Task.WhenAll(ProcessOutput.CopyLinesAsync(standardOutput, onLine), ProcessOutput.CopyLinesAsync(standardError, onLine));
        new Thread(WaitForEnd, maxStackSize: 256 * 1024) { IsBackground = true, Name = "bootstrap " + session.Id }.Start();
    }

    /// <summary>Ends with the exit code when the process has ended, and with it all that it started.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>The process's id.</summary>
    public int Id => _session.Id;

    /// <summary>Whether it runs: asked of the system, which knows it before <see cref="Exited"/> does.</summary>
    public bool IsRunning => !_exited.Task.IsCompleted && !_memory.IsProcessGone();

    /// <summary>Starts the executable with exactly these environment variables.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It is missing or not executable.</exception>
    public static ChildProcess Start(
        FunctionSettings settings, IReadOnlyDictionary<string, string> environment, string mark, ProcessGuard guard, Action<string> onLine)
    {
        string[] command = [.. settings.Wrap, settings.BootstrapPath];
        string workingDirectory = Path.GetDirectoryName(settings.BootstrapPath)!;
        var output = new AnonymousPipeServerStream(PipeDirection.In);
        var error = new AnonymousPipeServerStream(PipeDirection.In);
        try
        {
            int Spawn() => PosixSpawn.Start(
                command[0], command[1..], workingDirectory, environment, input: null, output.ClientSafePipeHandle, error.ClientSafePipeHandle);
            int id = settings.IsHeldToWritableFolders ? WritableFolders.Enforce(Spawn) : Spawn();
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();
            var session = new ProcessSession(id, mark);
            guard.Add(session);
            return new ChildProcess(session, guard, output, error, onLine);
        }
        catch
        {
            output.Dispose();
            error.Dispose();
            throw;
        }
    }

    /// <summary>The most memory it had so far, in MB.</summary>
    public long PeakMemoryMegabytes() => _exited.Task.IsCompleted ? 0 : _memory.ReadMegabytes();

    /// <summary>Asks it to end: SIGTERM.</summary>
    public void Terminate()
    {
        if (!_exited.Task.IsCompleted)
            _session.Terminate();
    }

    /// <summary>Ends it and whatever it started: SIGKILL, nothing can ignore that.</summary>
    public void Kill()
    {
        if (!_exited.Task.IsCompleted)
            _session.Kill();
    }

    /// <summary>Waits until the last line it wrote is on the console; not long, in case something else holds its pipe open.</summary>
    public Task OutputShownAsync(TimeProvider time) => Task.WhenAny(_output, Task.Delay(LastOutput, time, CancellationToken.None));

    public void Dispose()
    {
        _memory.Dispose();
        _standardOutput.Dispose();
        _standardError.Dispose();
    }

    /// <summary>How AWS words an exit code: 128 + n for a process that signal n ended.</summary>
    public static string DescribeExit(int exitCode) => exitCode switch
    {
        0 => "Runtime exited without providing a reason",
        128 + 6 => "Runtime exited with error: signal: aborted",
        128 + 9 => "Runtime exited with error: signal: killed",
        128 + 11 => "Runtime exited with error: signal: segmentation fault",
        128 + 15 => "Runtime exited with error: signal: terminated",
        _ => $"Runtime exited with error: exit status {exitCode}",
    };

    private void WaitForEnd()
    {
        int exitCode = _session.WaitForEnd();
        _guard.Remove(_session);
        _exited.SetResult(exitCode);
    }
}
