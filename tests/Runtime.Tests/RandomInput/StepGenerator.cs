using CsCheck;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Makes runs of invocations, one after another.</summary>
internal static class StepGenerator
{
    private static readonly Gen<Step> One = Gen.Select(
        Gen.Enum<HandlerMove>(), Gen.Enum<ServerMove>(), Gen.OneOfConst(400, 403, 410, 413), Gen.Int[0, 20],
        Gen.FrequencyConst((1, true), (3, false)),
        (handler, server, status, moreWrites, stops) => MakePossible(new Step(handler, server, status, moreWrites, stops)));

    /// <summary>At most one ends the process, the last.</summary>
    public static Gen<Step[]> Run { get; } = One.Array[1, 8].Select(steps =>
    {
        int last = Array.FindIndex(steps, step => step.ExitCode is not null);
        return last < 0 ? steps : steps[..(last + 1)];
    });

    private static Step MakePossible(Step step)
    {
        if (!step.WaitsForToken)
            step = step with { Stops = false };
        // What comes in the middle of a body needs one, and a handler that waits for nothing else there. Told to stop, the process leaves with 0
        // anyway.
        bool impossible = (step.ActsInBody && (!step.Writes || step.WaitsForToken)) || (step.Stops && step.IsFatal);
        return impossible ? step with { Server = ServerMove.Accept } : step;
    }
}
