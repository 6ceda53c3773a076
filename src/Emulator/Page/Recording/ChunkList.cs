namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>When how many bytes of a response arrived. Used under its owner's lock.</summary>
/// <param name="limits">From how many on chunks are noted together.</param>
/// <param name="coarseTicks">The time of which all are noted as one then, in ticks of the time provider.</param>
/// <param name="tryReserve">Asks for the room that the next notes take.</param>
internal sealed class ChunkList(RecorderLimits limits, long coarseTicks, Func<long, bool> tryReserve)
{
    /// <summary>Bytes of one note.</summary>
    private const int NoteSize = 32;

    private const int FirstRoom = 16;

    private readonly List<RecordedChunk> _notes = [];

    /// <summary>How many notes there are.</summary>
    public int Notes => _notes.Count;

    /// <summary>How many chunks arrived.</summary>
    public long Count { get; private set; }

    /// <summary>How many bytes arrived.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the last chunk arrived, 0 before.</summary>
    public long LastTimestamp { get; private set; }

    /// <summary>Notes a chunk.</summary>
    public void Add(long timestamp, long length)
    {
        if (_notes.Count > 0 && (IsTogether(timestamp) || !TryMakeRoom()))
            _notes[^1] = _notes[^1] with { Length = _notes[^1].Length + length, Count = _notes[^1].Count + 1 };
        else
            _notes.Add(new RecordedChunk(timestamp, Bytes, length, 1));
        Count++;
        Bytes += length;
        LastTimestamp = timestamp;
    }

    /// <summary>A copy of some notes; none where there are not that many.</summary>
    public RecordedChunk[] Read(int first, int count) =>
        first < _notes.Count ? [.. _notes.GetRange(first, Math.Min(count, _notes.Count - first))] : [];

    private bool IsTogether(long timestamp) => _notes.Count >= limits.FineChunks && timestamp - _notes[^1].Timestamp < coarseTicks;

    private bool TryMakeRoom()
    {
        if (_notes.Count < _notes.Capacity)
            return true;

        int capacity = Math.Max(FirstRoom, _notes.Capacity * 2);
        if (!tryReserve((capacity - _notes.Capacity) * NoteSize))
            return false;
        _notes.Capacity = capacity;
        return true;
    }
}
