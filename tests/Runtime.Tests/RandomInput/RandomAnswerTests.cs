using System.Collections.Concurrent;

using CsCheck;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Random answers, well-formed and damaged, over real sockets: what is well-formed is read exactly, what is not is refused, nothing hangs,
/// and a connection is used again only when both sides are in step.</summary>
public sealed class RandomAnswerTests
{
    [Fact]
    public async Task Every_answer_is_read_exactly_or_refused()
    {
        var idle = new ConcurrentBag<AnswerWire>();
        await AnswerGenerator.Any.SampleAsync(
            async answer =>
            {
                if (!idle.TryTake(out AnswerWire? wire))
                    wire = new AnswerWire();
                // A wire on which something went wrong is not used again.
                await wire.PlayAsync(answer);
                idle.Add(wire);
            },
            iter: Iterations.Or(3_000));
        foreach (AnswerWire wire in idle)
            wire.Dispose();
    }
}
