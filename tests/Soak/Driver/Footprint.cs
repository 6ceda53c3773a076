using System.Globalization;

namespace StreamingLambda.Soak.Driver;

/// <summary>Resident memory and open descriptors of the function, sampled a hundred times in a run. Invariant: both are flat.</summary>
internal sealed class Footprint(int processId, int invocations)
{
    /// <summary>A shorter run is all warm-up: memory is shown, not compared.</summary>
    public const int MinimumForMemory = 20_000;

    /// <summary>After the warm-up, the mean of the last tenth may be this much above the mean of the second tenth.</summary>
    public const double MemoryFactor = 1.25;

    /// <summary>And this much more, in MB, which a collector that waits for another moment may hold.</summary>
    public const double MemorySlack = 16;

    /// <summary>With several invocations at a time, when several events of 6 MB come together.</summary>
    public const double MemorySlackOfSeveral = 48;

    /// <summary>And so many descriptors more: each loop may be between two connections, and the framework opens a library when it first needs
    /// it.</summary>
    public const int DescriptorSlack = 8;

    private readonly Sample?[] _samples = new Sample?[101];

    /// <summary>Whether this machine tells.</summary>
    public static bool IsAvailable => Directory.Exists("/proc/self/fd");

    /// <summary>Takes a sample if another hundredth is done.</summary>
    public void OnSettled(int settled)
    {
        int percent = (int)(100L * settled / invocations);
        if (IsAvailable && Volatile.Read(ref _samples[percent]) is null && percent != (int)(100L * (settled - 1) / invocations))
            Volatile.Write(ref _samples[percent], Read());
    }

    public Sample? At(int percent) => _samples[percent];

    /// <summary>Compares the last tenth with the second.</summary>
    public void RequireFlat(int concurrency)
    {
        if (!IsAvailable)
            return;
        Sample[] early = [.. _samples[10..20].OfType<Sample>()];
        Sample[] late = [.. _samples[91..].OfType<Sample>()];
        double allowed = (early.Average(sample => sample.Megabytes) * MemoryFactor) + (concurrency == 1 ? MemorySlack : MemorySlackOfSeveral);
        double used = late.Average(sample => sample.Megabytes);
        if (used > allowed && invocations >= MinimumForMemory)
        {
            throw new ViolationException(string.Create(CultureInfo.InvariantCulture,
                $"memory grows: {used:F1} MB in the last tenth of the run, {allowed:F1} MB allowed"));
        }
        int descriptors = early.Max(sample => sample.Descriptors) + concurrency + DescriptorSlack;
        int open = late.Max(sample => sample.Descriptors);
        if (open > descriptors)
            throw new ViolationException($"descriptors leak: {open} in the last tenth of the run, {descriptors} allowed");
    }

    private Sample Read()
    {
        string resident = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        double kilobytes = double.Parse(resident[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return new Sample(kilobytes / 1024, Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length);
    }

    /// <summary>What the process used at one moment.</summary>
    internal sealed record Sample(double Megabytes, int Descriptors);
}
