namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>How much is kept of what happened.</summary>
internal sealed record RecorderLimits
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>Invocations, those that run among them.</summary>
    public int Invocations { get; init; } = 100;

    /// <summary>Bytes of all of them together: events, responses, logs and the notes about each chunk.</summary>
    public long Bytes { get; init; } = 64 * Megabyte;

    /// <summary>
    /// Bytes of one response, from its beginning. Of what follows only times and sizes are kept: with a few long responses all others would be gone,
    /// and copying hundreds of megabytes would slow the function.
    /// </summary>
    public long ResponseBytes { get; init; } = 4 * Megabyte;

    /// <summary>Bytes of one invocation's log, from its beginning.</summary>
    public long LogBytes { get; init; } = Megabyte;

    /// <summary>Chunks of one response that are noted one by one. Those that follow are noted together, all of <see cref="Coarse"/> as one.</summary>
    public int FineChunks { get; init; } = 20_000;

    /// <summary>See <see cref="FineChunks"/>.</summary>
    public TimeSpan Coarse { get; init; } = TimeSpan.FromMilliseconds(10);
}
