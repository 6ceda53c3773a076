using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Processes;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Tests;

/// <summary>What the phases of the start note, of a program that is known to the byte: the C floor.</summary>
public sealed class StartPhasesTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public void Cost_is_apart_for_start_and_first_invocation()
    {
        TargetResult result = Run(StartPhases.Cost);

        Assert.InRange(result[Metric.StartCpu].Min, 0.05, 1000);
        Assert.InRange(result[Metric.FirstInvocationCpu].Min, 0.001, 1000);
        // A static program of 0.7 MB touches some of its 180 pages, and nearly none anew for an event.
        Assert.InRange(result[Metric.StartFaults].Min, 10, 200);
        Assert.InRange(result[Metric.FirstInvocationFaults].Min, 0, 20);
        Assert.InRange(result[Metric.IdleMemory].Min, 0.1, 8);
    }

    [Fact]
    public void Uncached_start_waits_for_the_disk_and_leaves_no_copy()
    {
        Assert.SkipWhen(new DriveInfo(Path.GetTempPath()).DriveFormat is "tmpfs" or "ramfs", "The directory for temporary files is in memory.");

        TargetResult result = Run(StartPhases.Uncached);

        Assert.InRange(result[Metric.UncachedMajorFaults].Min, 1, 1000);
        Assert.True(result[Metric.UncachedStart].Min < result[Metric.UncachedStartAndFirstInvocation].Min);
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), $"bench-{Environment.ProcessId}-*"));
    }

    [Fact]
    public void A_limited_first_invocation_is_measured_where_that_is_allowed_and_counted_everywhere()
    {
        using CpuQuota? quota = CpuQuota.TryCreate();

        TargetResult result = Run(StartPhases.Quota);

        Assert.Equal(quota is null ? 0 : 1, result[Metric.LimitedFirstInvocation].Count);
        Assert.InRange(result[Metric.CountedFirstInvocation].Min, 0.05, 10_000);
    }

    [Fact]
    public void An_interpreter_has_no_uncached_start() =>
        Assert.Equal(0, Run(StartPhases.Uncached, NeedFloor() with { IsWholeProgram = false })[Metric.UncachedStart].Count);

    private static TargetResult Run(Action<PhaseContext> phase, Target? target = null)
    {
        TargetResult result = new(target ?? NeedFloor());
        phase(new PhaseContext(result.Target, Timeout, Placement.Any, workload => new NextAnswer(workload.ToEvent(base64: false)), result));
        return result;
    }

    private static Target NeedFloor()
    {
        Target? floor = PeerBuilder.Floor.Build(Repository.Root);
        Assert.SkipWhen(floor is null, "No C compiler (cc, gcc, clang) is on the PATH.");
        return floor;
    }
}
