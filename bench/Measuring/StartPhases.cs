using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Processes;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Measuring;

/// <summary>A process's start and its first invocation, which is handed out as soon as the process asks: where an invocation has caused the
/// start, its event waits already.</summary>
internal static class StartPhases
{
    /// <summary>What a function of 128 MB gets of a processor, if one with 1,769 MB gets a whole one:
    /// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html</summary>
    private const double ShareOf128Megabytes = 128.0 / 1769;

    /// <summary>The time, from a file in the page cache.</summary>
    public static void Cold(PhaseContext context)
    {
        Workload workload = WorkloadFor(context.Target);
        using FunctionSession session = context.NewSession();
        double start = session.Start().TotalMilliseconds;
        double firstByte = session.Invoke(context.AnswerWith(workload), workload).ToFirstByte.TotalMilliseconds;

        context.Add(Metric.ColdStart, start);
        context.Add(Metric.FirstInvocation, firstByte);
        context.Add(Metric.ColdStartAndFirstInvocation, start + firstByte);
    }

    /// <summary>Processor time, page faults and memory. In processes of its own: to read them takes time.</summary>
    public static void Cost(PhaseContext context)
    {
        Workload workload = WorkloadFor(context.Target);
        using FunctionSession session = context.NewSession();
        _ = session.Start();
        ResourceUsage started = session.Process.ReadUsage();
        double idle = session.Process.ResidentBytes / 1e6;
        _ = session.Invoke(context.AnswerWith(workload), workload);
        ResourceUsage invoked = session.Process.ReadUsage() - started;

        context.Add(Metric.StartCpu, started.CpuMilliseconds);
        context.Add(Metric.StartFaults, started.MinorFaults + started.MajorFaults);
        context.Add(Metric.FirstInvocationCpu, invoked.CpuMilliseconds);
        context.Add(Metric.FirstInvocationFaults, invoked.MinorFaults + invoked.MajorFaults);
        context.Add(Metric.IdleMemory, idle);
    }

    /// <summary>The time, from a file of which nothing is in memory: what a new execution environment has. The system's own libraries are.</summary>
    public static void Uncached(PhaseContext context)
    {
        // An interpreter's own files would have to be known one by one.
        if (!context.Target.IsWholeProgram) return;

        Workload workload = WorkloadFor(context.Target);
        NextAnswer answer = context.AnswerWith(workload);
        // A file that another process has mapped stays in memory.
        string copy = Path.Combine(Path.GetTempPath(), $"bench-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            File.Copy(context.Target.Path, copy);
            PageCache.Evict(copy);
            using FunctionSession session = context.NewSession(context.Target with { Path = copy });
            double start = session.Start().TotalMilliseconds;
            double firstByte = session.Invoke(answer, workload).ToFirstByte.TotalMilliseconds;
            context.Add(Metric.UncachedStart, start);
            context.Add(Metric.UncachedStartAndFirstInvocation, start + firstByte);
            context.Add(Metric.UncachedMajorFaults, session.Process.ReadUsage().MajorFaults);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>The first invocation with a small function's share of a processor, which the start has whole. Where this process may limit another,
    /// the wait is measured. It is counted everywhere, in a process that has its processor whole: each millisecond of processor time as so many of
    /// the clock.</summary>
    public static void Quota(PhaseContext context)
    {
        using (CpuQuota? quota = CpuQuota.TryCreate())
        {
            if (quota is not null) context.Add(Metric.LimitedFirstInvocation, FirstInvocation(context, quota).Elapsed);
        }

        (double elapsed, double cpu) = FirstInvocation(context, quota: null);
        context.Add(Metric.CountedFirstInvocation, elapsed + (cpu / ShareOf128Megabytes) - cpu);
    }

    /// <summary>The milliseconds of a new process's first invocation, on the clock and of processor time.</summary>
    private static (double Elapsed, double Cpu) FirstInvocation(PhaseContext context, CpuQuota? quota)
    {
        Workload workload = WorkloadFor(context.Target);
        NextAnswer answer = context.AnswerWith(workload);
        using FunctionSession session = context.NewSession();
        _ = session.Start(quota);
        ResourceUsage before = session.Process.ReadUsage();
        quota?.Limit(ShareOf128Megabytes);

        InvocationTimes times = session.Invoke(answer, workload);
        double elapsed = TimeProvider.System.GetElapsedTime(times.HandedOut, times.AskedForNext).TotalMilliseconds;
        return (elapsed, (session.Process.ReadUsage() - before).CpuMilliseconds);
    }

    private static Workload WorkloadFor(Target target) => target.ColdOnly ? Workload.Anything : Workload.Tiny;
}
