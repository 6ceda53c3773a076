using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Measuring;

/// <summary>What a process does after its start.</summary>
internal static class WarmPhases
{
    private const int WarmUpInvocations = 200;
    private const int WarmInvocations = 1000;
    private const int MemoryInvocations = 10_000;
    private const int SmallChunks = 100_000;
    private const int SmallChunkBytes = 10;
    private const long BigBytes = 200L * 1024 * 1024;
    private const int BigChunkBytes = 64 * 1024;

    public static void Warm(PhaseContext context)
    {
        NextAnswer tiny = context.AnswerWith(Workload.Tiny);
        using FunctionSession session = context.NewSession();
        _ = session.Start();
        using PlacedThreads placed = context.Place(session);
        for (int i = 0; i < WarmUpInvocations; i++) _ = session.Invoke(tiny, Workload.Tiny);

        long cpu = session.Process.CpuNanoseconds;
        for (int i = 0; i < WarmInvocations; i++)
        {
            if (i == WarmInvocations - WarmUpInvocations) context.Add(Metric.Connections, session.Connections);
            context.Add(Metric.WarmFirstByte, session.Invoke(tiny, Workload.Tiny).ToFirstByte.TotalMicroseconds);
        }

        context.Add(Metric.CpuPerInvocation, (session.Process.CpuNanoseconds - cpu) / 1e3 / WarmInvocations);
    }

    public static void Small(PhaseContext context)
    {
        Workload workload = Workload.Small(SmallChunks, SmallChunkBytes);
        using FunctionSession session = context.NewSession();
        context.Add(Metric.SmallChunks, AfterOneInvocation(context, session, workload).TotalMilliseconds);
    }

    public static void Big(PhaseContext context)
    {
        Workload workload = Workload.Big(BigBytes, BigChunkBytes);
        using FunctionSession session = context.NewSession();
        context.Add(Metric.BigThroughput, BigBytes / 1e6 / AfterOneInvocation(context, session, workload).TotalSeconds);
        context.Add(Metric.PeakMemory, session.Process.PeakResidentBytes / 1e6);
    }

    public static void Memory(PhaseContext context)
    {
        NextAnswer tiny = context.AnswerWith(Workload.Tiny);
        using FunctionSession session = context.NewSession();
        _ = session.Start();
        using PlacedThreads placed = context.Place(session);
        for (int i = 0; i < MemoryInvocations; i++) _ = session.Invoke(tiny, Workload.Tiny);
        context.Add(Metric.ResidentMemory, session.Process.ResidentBytes / 1e6);
    }

    /// <summary>The whole response's time in a process whose first invocation is over.</summary>
    private static TimeSpan AfterOneInvocation(PhaseContext context, FunctionSession session, Workload workload)
    {
        _ = session.Start();
        using PlacedThreads placed = context.Place(session);
        _ = session.Invoke(context.AnswerWith(Workload.Tiny), Workload.Tiny);
        InvocationTimes times = session.Invoke(context.AnswerWith(workload), workload);
        return TimeProvider.System.GetElapsedTime(times.HandedOut, times.LastByte);
    }
}
