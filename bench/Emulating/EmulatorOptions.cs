using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.Emulating;

/// <summary>What the command line asked for with <c>--emulator</c>.</summary>
/// <param name="Variants">What is compared; ratios are to the first.</param>
/// <param name="Function">The program that each of them runs.</param>
/// <param name="Phases">What is measured.</param>
/// <param name="Rounds">How often everything is measured.</param>
/// <param name="Callers">How many callers there are at a time for tiny invocations.</param>
/// <param name="Timeout">For the start, and for one answer.</param>
internal sealed record EmulatorOptions(
    IReadOnlyList<EmulatorVariant> Variants, Target Function, IReadOnlyList<EmulatorPhase> Phases, int Rounds, int Callers, TimeSpan Timeout)
{
    /// <summary>How long a response of paced chunks takes at least.</summary>
    public TimeSpan PacedPeriod { get; init; } = TimeSpan.FromSeconds(3);
}
