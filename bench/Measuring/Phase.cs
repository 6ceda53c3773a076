namespace StreamingLambda.Bench.Measuring;

/// <summary>A part of the benchmark that <c>--only</c> can name.</summary>
/// <param name="Name">The word for <c>--only</c>.</param>
/// <param name="Repeats">How often it runs in a round, for each program in turn.</param>
/// <param name="ForAnyProgram">Runs for programs that know no workloads too.</param>
/// <param name="Run">Starts a process of the program and notes what it measured.</param>
internal sealed record Phase(string Name, int Repeats, bool ForAnyProgram, Action<PhaseContext> Run)
{
    public static IReadOnlyList<Phase> All { get; } =
    [
        new("cold", 10, ForAnyProgram: true, StartPhases.Cold),
        new("cost", 10, ForAnyProgram: true, StartPhases.Cost),
        new("uncached", 3, ForAnyProgram: true, StartPhases.Uncached),
        new("quota", 3, ForAnyProgram: true, StartPhases.Quota),
        new("warm", 1, ForAnyProgram: false, WarmPhases.Warm),
        new("small", 1, ForAnyProgram: false, WarmPhases.Small),
        new("big", 1, ForAnyProgram: false, WarmPhases.Big),
        new("memory", 1, ForAnyProgram: false, WarmPhases.Memory),
    ];
}
