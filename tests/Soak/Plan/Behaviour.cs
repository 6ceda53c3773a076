namespace StreamingLambda.Soak.Plan;

/// <summary>What the function's handler does with an invocation.</summary>
internal enum Behaviour
{
    /// <summary>Writes, then finishes.</summary>
    Finish,

    /// <summary>The last write finishes.</summary>
    WriteAndFinish,

    /// <summary>Writes through <c>AsStream</c>, then finishes; the first one leaves an object that must be finalized.</summary>
    Stream,

    /// <summary>Sends the event back. What a handler here does with an event that is not JSON.</summary>
    Echo,

    /// <summary>Catches what a write throws, and returns.</summary>
    SwallowFailure,

    /// <summary>Throws before the first write.</summary>
    ThrowBefore,

    /// <summary>Throws after the last write.</summary>
    ThrowInBody,

    /// <summary>Throws after finish.</summary>
    ThrowAfterFinish,

    /// <summary>Returns at once.</summary>
    ReturnWithoutWriting,

    /// <summary>Returns after the last write.</summary>
    ReturnWithoutFinishing,

    /// <summary>Writes once more after finish, which must throw.</summary>
    WriteAfterFinish,

    /// <summary>Calls while the previous call is in progress, which must throw.</summary>
    OverlappingCall,

    /// <summary>Returns without awaiting its only write.</summary>
    UnawaitedWrite,

    /// <summary>Returns without awaiting finish.</summary>
    UnawaitedFinish,

    /// <summary>Writes with a token that is cancelled already, which must throw and send nothing; then goes on.</summary>
    CancelledWrite,

    /// <summary>First tries headers that cannot be sent, which must throw and send nothing; then goes on.</summary>
    HostileHeaders,

    /// <summary>Blocks its thread after the first write, until that has arrived; with several at a time, until that of all of them has.</summary>
    BlockInBody,

    /// <summary>Keeps every thread of the pool blocked while it writes many small chunks, and its own thread until all have arrived.</summary>
    StarvePool,

    /// <summary>The same with threads that compute.</summary>
    SpinPool,

    /// <summary>Blocks its thread for ever. Not part of a soak: only the end of the process ends it.</summary>
    BlockThread,

    /// <summary>Blocks the thread pool for ever, and its own thread until its token fires. Not part of a soak either.</summary>
    BlockPool,
}

/// <summary>What follows from a behaviour.</summary>
internal static class BehaviourFacts
{
    /// <summary>Keeps the whole pool busy, which several at a time would wait for for ever.</summary>
    public static bool TakesPool(this Behaviour behaviour) => behaviour is Behaviour.StarvePool or Behaviour.SpinPool;

    /// <summary>Keeps its own thread until the driver has what it wrote.</summary>
    public static bool TakesThread(this Behaviour behaviour) => behaviour.TakesPool() || behaviour == Behaviour.BlockInBody;
}
