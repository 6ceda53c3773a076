using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StreamingLambda.Bench.Processes;

/// <summary>A program as a child process: its output goes to a file, so that no reader of ours runs beside it while it is measured.</summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    private const int ShownOutputBytes = 4096;

    private static readonly TimeSpan LongestWork = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _output;
    private readonly SpawnPlan _plan;
    private int _pid;
    private int _cpuClock;
    private int? _exitStatus;

    public ChildProcess(string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        string file = Path.Combine(Path.GetTempPath(), $"bench-{Guid.NewGuid():N}.log");
        _output = File.OpenHandle(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(file); // it lives as long as a handle to it: nothing is left behind however the benchmark ends
        _plan = new SpawnPlan(path, arguments, environment, _output);
    }

    public void Start()
    {
        _pid = _plan.Spawn();
        int clock;
        _ = Libc.GetCpuClock(_pid, &clock);
        _cpuClock = clock;
    }

    public bool HasExited => _exitStatus is not null || Reap(Libc.NoHang);

    /// <summary>
    /// CPU time of all its threads, ended ones included, in nanoseconds. From the process's own clock: <c>/proc/PID/stat</c> counts in
    /// hundredths of a second, <c>/proc/PID/schedstat</c> knows the main thread only.
    /// </summary>
    public long CpuNanoseconds
    {
        get
        {
            TimeSpec time;
            return Libc.GetTime(_cpuClock, &time) == 0
                ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
                : throw new BenchmarkException("Cannot read the CPU clock of the process: it has ended.");
        }
    }

    /// <summary>Its processor time and page faults until it has nothing more to do for now.</summary>
    public ResourceUsage ReadUsage()
    {
        WaitUntilIdle();
        long cpu = CpuNanoseconds;
        string[] fields = ReadStat($"/proc/{_pid}");
        return new ResourceUsage(cpu, long.Parse(fields[7], CultureInfo.InvariantCulture), long.Parse(fields[9], CultureInfo.InvariantCulture));
    }

    /// <summary>Puts it into a group with a share of a processor.</summary>
    public void JoinGroup(CpuQuota quota) => quota.Add(_pid);

    /// <summary>Memory in RAM now, in bytes.</summary>
    public long ResidentBytes => ReadStatus("VmRSS:");

    /// <summary>The most memory it ever had in RAM, in bytes.</summary>
    public long PeakResidentBytes => ReadStatus("VmHWM:");

    /// <summary>Moves its threads to these processors.</summary>
    public void RunOn(ProcessorSet processors) => processors.ApplyToProcess(_pid);

    /// <summary>Asks it to end: SIGTERM.</summary>
    public void Terminate() => _ = Libc.Kill(_pid, Libc.Sigterm);

    /// <summary>Waits for its end without a limit of time.</summary>
    /// <returns>Zero when it succeeded.</returns>
    public int WaitForExit()
    {
        if (_exitStatus is null) _ = Reap(options: 0);
        return _exitStatus ?? -1;
    }

    /// <summary>"exited with status 1" or "was ended by signal 9", for messages.</summary>
    public string DescribeExit()
    {
        int status = _exitStatus ?? 0;
        int signal = status & 0x7f; // the layout of waitpid's status
        return signal != 0 ? $"was ended by signal {signal}" : $"exited with status {(status >> 8) & 0xff}";
    }

    /// <summary>The end of what it wrote to stdout and stderr.</summary>
    public string ReadOutput()
    {
        long length = RandomAccess.GetLength(_output);
        byte[] tail = new byte[Math.Min(length, ShownOutputBytes)];
        int read = RandomAccess.Read(_output, tail, length - tail.Length);
        return Encoding.UTF8.GetString(tail, 0, read).Trim();
    }

    public void Dispose()
    {
        if (_pid != 0 && !HasExited)
        {
            _ = Libc.Kill(_pid, Libc.Sigkill);
            _ = Reap(options: 0);
        }

        _plan.Dispose();
        _output.Dispose();
    }

    /// <summary>Waits until no thread of it runs, for a second at most: the system adds what a thread has used to the clock when the thread leaves
    /// its processor. While it runs, that may be missing.</summary>
    private void WaitUntilIdle()
    {
        long started = TimeProvider.System.GetTimestamp();
        while (Directory.EnumerateDirectories($"/proc/{_pid}/task").Any(IsRunning) && TimeProvider.System.GetElapsedTime(started) < LongestWork)
            _ = Thread.Yield();
    }

    private static bool IsRunning(string thread)
    {
        try
        {
            return ReadStat(thread)[0] is "R";
        }
        catch (IOException)
        {
            return false; // it has ended: there is no such file, or nothing to read in it
        }
    }

    /// <summary>The fields behind the name, which may hold spaces and brackets: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html</summary>
    private static string[] ReadStat(string process)
    {
        string stat = File.ReadAllText($"{process}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private bool Reap(int options)
    {
        const int Interrupted = 4;
        int status, result;
        do result = Libc.WaitPid(_pid, &status, options);
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        if (result != _pid) return false;
        _exitStatus = status;
        return true;
    }

    private long ReadStatus(string field)
    {
        foreach (string line in File.ReadLines($"/proc/{_pid}/status"))
        {
            if (!line.StartsWith(field, StringComparison.Ordinal)) continue;
            string kilobytes = line[field.Length..].Replace("kB", "", StringComparison.Ordinal);
            return long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024;
        }

        throw new BenchmarkException($"The process has no {field.TrimEnd(':')} in /proc/{_pid}/status: it has ended.");
    }
}
