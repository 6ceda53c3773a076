using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamingLambda.Tests.Shared;

/// <summary>A program that runs while a test talks to it. Killed at the end of the test with all that it started.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGTERM, as Lambda sends it.</summary>
    public const int Terminate = 15;

    /// <summary>SIGSTOP, which freezes a process.</summary>
    public const int Stop = 19;

    /// <summary>SIGCONT, which lets a frozen process go on.</summary>
    public const int Continue = 18;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly ConcurrentBag<(Regex Pattern, TaskCompletionSource<Match> Found)> _waiting = [];

    private RunningProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
    }

    public int Id => _process.Id;

    /// <summary>What it printed so far, on both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The peak of its resident memory, in bytes.</summary>
    public long PeakMemory => ReadStatus("VmHWM") * 1024;

    /// <summary>Its resident memory, in bytes.</summary>
    public long Memory => ReadStatus("VmRSS") * 1024;

    /// <summary>How many descriptors it has open.</summary>
    public int Descriptors => Directory.GetFiles($"/proc/{Id}/fd").Length;

    /// <summary>The processes that it started.</summary>
    public int[] Children => [.. Directory.GetDirectories($"/proc/{Id}/task")
        .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];

    public static RunningProgram Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        var running = new RunningProgram(Process.Start(start)!);
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Waits until the output matches.</summary>
    public async Task<Match> WaitForOutputAsync(string pattern)
    {
        var found = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = (Pattern: new Regex(pattern, RegexOptions.Multiline), Found: found);
        _waiting.Add(waiting);
        Complete(waiting);
        try
        {
            return await waiting.Found.Task.WaitAsync(Limits.Step);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The program did not print '{pattern}'. It printed:\n{Output}");
        }
    }

    /// <summary>Waits until the kernel says that the process is in a state, such as T for stopped.</summary>
    public async Task WaitForStateAsync(char state)
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        while (!(await File.ReadAllTextAsync($"/proc/{Id}/stat", limit.Token)).Contains($") {state} ", StringComparison.Ordinal))
            await Task.Yield();
    }

    /// <summary>Sends a signal, such as <see cref="Terminate"/>.</summary>
    public void Signal(int signal)
    {
        if (Kill(Id, signal) != 0)
            throw new InvalidOperationException($"Process {Id} could not be sent signal {signal}.");
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await WaitForExitAsync();
        }
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Append(line).Append('\n');
        foreach (var waiting in _waiting)
            Complete(waiting);
    }

    private void Complete((Regex Pattern, TaskCompletionSource<Match> Found) waiting)
    {
        Match match = waiting.Pattern.Match(Output);
        if (match.Success)
            waiting.Found.TrySetResult(match);
    }

    private long ReadStatus(string name)
    {
        string line = File.ReadLines($"/proc/{Id}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
