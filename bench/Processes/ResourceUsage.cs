namespace StreamingLambda.Bench.Processes;

/// <summary>What a process has used so far, all its threads together.</summary>
/// <param name="CpuNanoseconds">Processor time, the kernel's on its behalf included.</param>
/// <param name="MinorFaults">Pages that it touched first and that were in memory, or had to be made.</param>
/// <param name="MajorFaults">Pages for which it waited for a disk.</param>
internal readonly record struct ResourceUsage(long CpuNanoseconds, long MinorFaults, long MajorFaults)
{
    public double CpuMilliseconds => CpuNanoseconds / 1e6;

    public static ResourceUsage operator -(ResourceUsage later, ResourceUsage earlier) => new(
        later.CpuNanoseconds - earlier.CpuNanoseconds, later.MinorFaults - earlier.MinorFaults, later.MajorFaults - earlier.MajorFaults);
}
