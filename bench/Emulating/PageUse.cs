namespace StreamingLambda.Bench.Emulating;

/// <summary>What becomes of the emulator's page while it is measured.</summary>
internal enum PageUse
{
    /// <summary>There is none: <c>--no-page</c>.</summary>
    Off,

    /// <summary>It is there, and nobody looks at it: the emulator keeps what happens.</summary>
    Closed,

    /// <summary>A <see cref="PageReader"/> looks at it.</summary>
    Open,
}
