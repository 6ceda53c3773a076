using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>What is known of an invocation at one time. Times are milliseconds from its beginning.</summary>
internal sealed record RecordedState
{
    /// <summary>Which state of the invocation this is.</summary>
    public int Version { get; init; }

    /// <summary>When a runtime got the event.</summary>
    public double? Delivered { get; init; }

    /// <summary>When the function must be done.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether the runtime has begun to respond.</summary>
    public bool IsResponding { get; init; }

    /// <summary>The response's content type, as the runtime gave it.</summary>
    public string? ContentType { get; init; }

    /// <summary>Status and headers as the caller got them; null as long as there are none, and where the caller gets none.</summary>
    public RecordedHead? Head { get; init; }

    /// <summary>When the response's first byte arrived.</summary>
    public double? FirstByte { get; init; }

    /// <summary>When its last one so far did.</summary>
    public double? LastByte { get; init; }

    /// <summary>What the runtime sent after the response, name and value; none where it had nothing to say.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; init; } = [];

    /// <summary>How it ended for the caller.</summary>
    public InvocationOutcome? Outcome { get; init; }

    /// <summary>When it did.</summary>
    public double? Answered { get; init; }

    /// <summary>Why the caller did not get the function's response; null where that could be handed on.</summary>
    public string? Refusal { get; init; }

    /// <summary>The figures at its end.</summary>
    public InvocationReport? Report { get; init; }

    /// <summary>When everything about it was said.</summary>
    public double? Ended { get; init; }

    /// <summary>Whether that is so.</summary>
    public bool HasEnded { get; init; }

    /// <summary>How many chunks arrived.</summary>
    public long Chunks { get; init; }

    /// <summary>How many notes there are about them.</summary>
    public int Notes { get; init; }

    /// <summary>How many bytes they had.</summary>
    public long Bytes { get; init; }

    /// <summary>How many of those are kept.</summary>
    public long KeptBytes { get; init; }

    /// <summary>How many lines of its log are kept.</summary>
    public int Lines { get; init; }

    /// <summary>How many are not.</summary>
    public long LinesLost { get; init; }
}
