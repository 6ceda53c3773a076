namespace StreamingLambda.Emulator.Output;

/// <summary>What a line of <c>--json</c> may be about. Scripts read these names: they stay.</summary>
internal static class EntryTypes
{
    /// <summary>A function URL, or the Lambda API, takes requests.</summary>
    public const string Listening = "listening";

    /// <summary>Everything takes requests.</summary>
    public const string Ready = "ready";

    /// <summary>A line that a function printed.</summary>
    public const string Output = "output";

    /// <summary>A process of a function has started.</summary>
    public const string Process = "process";

    /// <summary>An invocation failed.</summary>
    public const string Error = "error";

    /// <summary>An invocation has ended.</summary>
    public const string Report = "report";

    /// <summary>A runtime broke a rule of the Runtime API.</summary>
    public const string Protocol = "protocol";

    /// <summary>A request got an error from the emulator, and no function saw it.</summary>
    public const string Refused = "refused";

    /// <summary>Everything else, for people.</summary>
    public const string Message = "message";

    /// <summary>The emulator ends because it was asked to.</summary>
    public const string Stopping = "stopping";

    /// <summary>The emulator cannot start.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
        [Listening, Ready, Output, Process, Error, Report, Protocol, Refused, Message, Stopping, Failed];
}
