namespace StreamingLambda.Bench.Emulating;

/// <summary>A part of the emulator's benchmark that <c>--only</c> can name: a workload.</summary>
/// <param name="Name">The word for <c>--only</c>.</param>
/// <param name="Measure">Notes what it measured in the session's figures.</param>
internal sealed record EmulatorPhase(string Name, Action<EmulatorSession> Measure)
{
    public static IReadOnlyList<EmulatorPhase> All { get; } =
    [
        new("big", session => session.MeasureBig()),
        new("small", session => session.MeasureSmall()),
        new("paced", session => session.MeasurePaced()),
        new("tiny", session => session.MeasureTiny()),
    ];
}
