namespace StreamingLambda.Bench.Results;

/// <summary>Something that is measured; <paramref name="Name"/> is its member in the JSON file and carries the unit.</summary>
internal sealed record Metric(string Name)
{
    /// <summary>Spawn to the first request for an event.</summary>
    public static readonly Metric ColdStart = new("coldStartMs");

    /// <summary>First event handed out to the first byte of prelude or body.</summary>
    public static readonly Metric FirstInvocation = new("firstInvocationFirstByteMs");

    /// <summary>The sum of the two for one process, which is what a caller waits for.</summary>
    public static readonly Metric ColdStartAndFirstInvocation = new("coldStartAndFirstByteMs");

    /// <summary>Processor time from spawn until the process waits for its first event.</summary>
    public static readonly Metric StartCpu = new("startCpuMs");

    /// <summary>Page faults from spawn until the process waits for its first event.</summary>
    public static readonly Metric StartFaults = new("startPageFaults");

    /// <summary>Processor time from there until the process waits for its second event.</summary>
    public static readonly Metric FirstInvocationCpu = new("firstInvocationCpuMs");

    /// <summary>Page faults in the same time.</summary>
    public static readonly Metric FirstInvocationFaults = new("firstInvocationPageFaults");

    /// <summary>As <see cref="ColdStart"/>, with nothing of the program's file in memory.</summary>
    public static readonly Metric UncachedStart = new("uncachedStartMs");

    /// <summary>As <see cref="ColdStartAndFirstInvocation"/>, with nothing of the program's file in memory.</summary>
    public static readonly Metric UncachedStartAndFirstInvocation = new("uncachedStartAndFirstByteMs");

    /// <summary>How often start and first invocation waited for the disk then.</summary>
    public static readonly Metric UncachedMajorFaults = new("uncachedMajorFaults");

    /// <summary>First event handed out to the request for the second, with a 128 MB function's share of a processor.</summary>
    public static readonly Metric LimitedFirstInvocation = new("limitedFirstInvocationMs");

    /// <summary>The same where the share is counted: evenly, not in slices.</summary>
    public static readonly Metric CountedFirstInvocation = new("countedFirstInvocationMs");

    /// <summary>Resident memory while it waits for its first event.</summary>
    public static readonly Metric IdleMemory = new("idleResidentMB");

    /// <summary>As for the first invocation, in a process that has had 200.</summary>
    public static readonly Metric WarmFirstByte = new("warmFirstByteUs");

    /// <summary>CPU time of the whole process over 1,000 invocations, divided by them.</summary>
    public static readonly Metric CpuPerInvocation = new("cpuPerInvocationUs");

    /// <summary>Connections opened by a process in its first 1,000 invocations.</summary>
    public static readonly Metric Connections = new("connectionsPer1000");

    /// <summary>100,000 chunks of 10 bytes: event handed out to the end of the response.</summary>
    public static readonly Metric SmallChunks = new("smallChunksMs");

    /// <summary>200 MB in writes of 64 KiB: event handed out to the end of the response.</summary>
    public static readonly Metric BigThroughput = new("bigMBPerSecond");

    /// <summary>The most resident memory of a process that streamed 200 MB.</summary>
    public static readonly Metric PeakMemory = new("bigPeakResidentMB");

    /// <summary>Resident memory after 10,000 tiny invocations.</summary>
    public static readonly Metric ResidentMemory = new("residentAfter10000MB");

    public static IReadOnlyList<Metric> All { get; } =
    [
        ColdStart, FirstInvocation, ColdStartAndFirstInvocation, StartCpu, StartFaults, FirstInvocationCpu, FirstInvocationFaults,
        UncachedStart, UncachedStartAndFirstInvocation, UncachedMajorFaults, LimitedFirstInvocation, CountedFirstInvocation,
        IdleMemory, WarmFirstByte, CpuPerInvocation, Connections, SmallChunks, BigThroughput, PeakMemory, ResidentMemory,
    ];
}
