using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StreamingLambda.Emulator.Environments;

/// <summary>A running <c>bootstrap</c>: its output goes to the console line by line, its end is a task.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _output;
    private readonly PeakMemory _memory;

    private ChildProcess(Process process, Action<string> onLine)
    {
        _process = process;
        _memory = new PeakMemory(process);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _exited.TrySetResult(process.ExitCode);
        _output = Task.WhenAll(CopyLinesAsync(process.StandardOutput, onLine), CopyLinesAsync(process.StandardError, onLine));
        process.StandardInput.Close();
    }

    /// <summary>Ends with the exit code when the process has ended.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>Starts the executable with exactly these environment variables.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It is missing or not executable.</exception>
    public static ChildProcess Start(string path, string workingDirectory, IReadOnlyDictionary<string, string> environment, Action<string> onLine)
    {
        var start = new ProcessStartInfo(path)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;

        return new ChildProcess(Process.Start(start)!, onLine);
    }

    /// <summary>The most memory it had so far, in MB.</summary>
    public long PeakMemoryMegabytes() => _exited.Task.IsCompleted ? 0 : _memory.ReadMegabytes();

    /// <summary>Asks it to end: SIGTERM.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows())
            Kill();
        else if (!_exited.Task.IsCompleted)
            _ = SendSignal(_process.Id, SigTerm);
    }

    /// <summary>Ends it and whatever it started: SIGKILL, nothing can ignore that.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    /// <summary>Waits until the last line it wrote is on the console; not long, in case something else holds its pipe open.</summary>
    public Task OutputShownAsync(TimeProvider time) => Task.WhenAny(_output, Task.Delay(TimeSpan.FromMilliseconds(500), time, CancellationToken.None));

    public void Dispose()
    {
        _memory.Dispose();
        _process.Dispose();
    }

    /// <summary>How AWS words an exit code: .NET gives 128 + n for a process that signal n ended.</summary>
    public static string DescribeExit(int exitCode) => exitCode switch
    {
        0 => "Runtime exited without providing a reason",
        128 + 6 => "Runtime exited with error: signal: aborted",
        128 + 9 => "Runtime exited with error: signal: killed",
        128 + 11 => "Runtime exited with error: signal: segmentation fault",
        128 + 15 => "Runtime exited with error: signal: terminated",
        _ => $"Runtime exited with error: exit status {exitCode}",
    };

    private static async Task CopyLinesAsync(StreamReader reader, Action<string> onLine)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                onLine(line);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The pipe went with the process.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
