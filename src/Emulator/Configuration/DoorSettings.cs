namespace StreamingLambda.Emulator.Configuration;

/// <summary>Who gets in on this machine, where AWS has no say.</summary>
internal sealed record DoorSettings
{
    /// <summary>Where ready-made events are taken unless the developer says otherwise.</summary>
    public const string DefaultInvokePath = "/invoke";

    /// <summary>Names, besides this machine's own, that requests may be for and web pages may come from.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The path that takes ready-made events, unsigned; null: none does.</summary>
    public string? InvokePath { get; init; } = DefaultInvokePath;

    /// <summary>Whether there is the page that shows invocations, on a port of its own.</summary>
    public bool HasPage { get; init; } = true;
}
