using System.Globalization;

namespace StreamingLambda.Bench.Processes;

/// <summary>A control group whose processes get a share of one processor, as an invocation of a small function does.</summary>
/// <remarks>https://docs.kernel.org/scheduler/sched-bwc.html; cgroup v2's <c>cpu.max</c> or v1's <c>cpu.cfs_quota_us</c>, whichever this process may
/// write.</remarks>
internal sealed class CpuQuota : IDisposable
{
    /// <summary>In microseconds. How finely Lambda deals processor time out is not documented; this is what measurements of others found.</summary>
    public const int Period = 20_000;

    private readonly bool _isV2;

    private CpuQuota(string parent, bool isV2)
    {
        Group = Path.Combine(parent, $"bench-{Environment.ProcessId}-{Guid.NewGuid():N}");
        _isV2 = isV2;
        _ = Directory.CreateDirectory(Group);
    }

    /// <summary>The group's directory.</summary>
    public string Group { get; }

    /// <summary>Makes a group without a limit.</summary>
    /// <returns>Null where this process may not.</returns>
    public static CpuQuota? TryCreate()
    {
        foreach ((string parent, bool isV2) in FindParents())
        {
            CpuQuota? quota = null;
            try
            {
                quota = new CpuQuota(parent, isV2);
                quota.Limit(1);
                quota.Unlimit();
                return quota;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                quota?.Dispose();
            }
        }

        return null;
    }

    /// <summary>Puts a process, with all its threads, into the group.</summary>
    public void Add(int pid) => Write("cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Begins to limit what is in the group, with a whole share to begin with.</summary>
    /// <param name="share">Of one processor: 1 is all of it.</param>
    public void Limit(double share)
    {
        string microseconds = ((int)(Period * share)).ToString(CultureInfo.InvariantCulture);
        string period = Period.ToString(CultureInfo.InvariantCulture);
        if (_isV2)
        {
            Write("cpu.max", $"{microseconds} {period}");
            return;
        }

        Write("cpu.cfs_period_us", period);
        Write("cpu.cfs_quota_us", microseconds);
    }

    /// <summary>Removes the group. Its processes must have ended.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Group)) Directory.Delete(Group);
    }

    private void Unlimit() => Write(_isV2 ? "cpu.max" : "cpu.cfs_quota_us", _isV2 ? "max" : "-1");

    // Not created where there is none: that would say that there is no such control.
    private void Write(string file, string value)
    {
        using FileStream stream = new(Path.Combine(Group, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    /// <summary>Where a group may be made: below this process's own, or one above it that hands the control on.</summary>
    private static IEnumerable<(string Directory, bool IsV2)> FindParents()
    {
        Dictionary<string, string> own = File.ReadLines("/proc/self/cgroup")
            .Select(line => line.Split(':', 3))
            .Where(parts => parts.Length == 3)
            .SelectMany(parts => parts[1].Split(',').Select(controller => (controller, path: parts[2])))
            .ToDictionary(entry => entry.controller, entry => entry.path);

        foreach (string[] mount in File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')))
        {
            bool isV2 = mount[2] == "cgroup2";
            if (!isV2 && !(mount[2] == "cgroup" && mount[3].Split(',').Contains("cpu"))) continue;
            for (string? path = own.GetValueOrDefault(isV2 ? "" : "cpu", "/"); path is not null; path = Path.GetDirectoryName(path))
            {
                string directory = mount[1] + path;
                if (Directory.Exists(directory) && (!isV2 || HandsOn(directory))) yield return (directory, isV2);
            }
        }
    }

    private static bool HandsOn(string directory)
    {
        string controls = Path.Combine(directory, "cgroup.subtree_control");
        return File.Exists(controls) && File.ReadAllText(controls).Split().Contains("cpu");
    }
}
