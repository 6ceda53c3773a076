using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Measuring;

/// <summary>What a phase needs to run once: the program, the events, and where its figures go.</summary>
internal sealed record PhaseContext(Target Target, TimeSpan Timeout, Placement Placement, Func<Workload, NextAnswer> AnswerWith, TargetResult Result)
{
    public FunctionSession NewSession() => NewSession(Target);

    public FunctionSession NewSession(Target target) => new(target, Timeout);

    /// <summary>Moves a started program, whose start is not to be measured, where the options want it until the result is disposed.</summary>
    public PlacedThreads Place(FunctionSession session) => new(Placement, session.Process);

    public void Add(Metric metric, double value) => Result[metric].Add(value);
}
