using CsCheck;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Random orders of invocations, handlers, answers, deadlines and a stop: each invocation is answered, reported or logged, as often as it
/// must be, the next one is served, and the process ends with the right code.</summary>
public sealed class RandomOrderTests
{
    [Fact]
    public Task Every_invocation_ends_and_so_does_the_process() => StepGenerator.Run.SampleAsync(
        async steps =>
        {
            await using var run = new OrderRun(steps);
            await run.PlayAsync();
        },
        iter: Iterations.Or(200),
        print: steps => string.Join('\n', steps.AsEnumerable()));
}
