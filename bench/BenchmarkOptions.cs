using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench;

/// <summary>What the command line asked for.</summary>
internal sealed record BenchmarkOptions(
    IReadOnlyList<Target> Targets, IReadOnlyList<Phase> Phases, int Rounds, bool Base64, Placement Placement, TimeSpan Timeout, string? JsonFile);
