using StreamingLambda.Bench.Processes;

namespace StreamingLambda.Bench.Measuring;

/// <summary>Where player and program run once the program has started; <c>--cpus</c> names it.</summary>
internal enum Placement
{
    /// <summary>The system decides, for each process anew.</summary>
    Any,

    /// <summary>Both on one processor: no wake-up of an idle one is in the figures.</summary>
    Same,

    /// <summary>Each on a processor of its own: every message wakes the other.</summary>
    Apart,
}

/// <summary>Puts the player's thread and a program's threads where a <see cref="Placement"/> wants them, and the player's back in the end.</summary>
internal sealed class PlacedThreads : IDisposable
{
    private readonly ProcessorSet _before = ProcessorSet.OfThisThread();

    /// <exception cref="BenchmarkException">There are not enough processors.</exception>
    public PlacedThreads(Placement placement, ChildProcess program)
    {
        if (placement == Placement.Any) return;
        if (placement == Placement.Apart && _before.First == _before.Last)
            throw new BenchmarkException("--cpus apart needs two processors, and this process may use one.");

        ProcessorSet.Only(_before.First).ApplyToThisThread();
        program.RunOn(ProcessorSet.Only(placement == Placement.Same ? _before.First : _before.Last));
    }

    public void Dispose() => _before.ApplyToThisThread();
}
