namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>
/// All of an invocation that takes room. An invocation that makes room for others lets go of it in one step: a reader who still holds the invocation
/// holds back nothing. Used under its owner's lock.
/// </summary>
/// <param name="content">The response.</param>
/// <param name="chunks">When which part of it came.</param>
internal sealed class RecordedContents(ResponseContent content, ChunkList chunks)
{
    /// <summary>The event; null: it is not kept.</summary>
    public ReadOnlyMemory<byte>? Event { get; set; }

    /// <summary>The response.</summary>
    public ResponseContent Content { get; } = content;

    /// <summary>When which part of it came.</summary>
    public ChunkList Chunks { get; } = chunks;

    /// <summary>The log.</summary>
    public List<RecordedLine> Lines { get; } = [];

    /// <summary>What the log takes, in bytes.</summary>
    public long LogBytes { get; set; }

    /// <summary>Everything else.</summary>
    public RecordedState State { get; set; } = new();
}
