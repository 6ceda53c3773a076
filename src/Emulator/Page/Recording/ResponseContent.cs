using System.Buffers;

namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>
/// The beginning of a response, copied once: it lies in blocks that grow with it and are never moved. Used under its owner's lock.
/// </summary>
/// <param name="limit">How many bytes are kept at most.</param>
/// <param name="tryReserve">Asks for the room that the next block takes.</param>
internal sealed class ResponseContent(long limit, Func<long, bool> tryReserve)
{
    private const int FirstBlock = 1024;
    private const int LargestBlock = 256 * 1024;

    private readonly List<byte[]> _blocks = [];
    private int _used;
    private bool _isFull;

    /// <summary>The bytes that are kept.</summary>
    public long Length { get; private set; }

    /// <summary>Copies what fits.</summary>
    public void Append(in ReadOnlySequence<byte> data)
    {
        if (_isFull)
            return;
        foreach (ReadOnlyMemory<byte> segment in data)
            Append(segment.Span);
    }

    /// <summary>A copy of a part; shorter where less is kept.</summary>
    public byte[] Read(long offset, long length)
    {
        byte[] copy = new byte[Math.Max(0, Math.Min(length, Length - offset))];
        int copied = 0;
        long blockStart = 0;
        foreach (byte[] block in _blocks)
        {
            long from = Math.Max(0, offset + copied - blockStart);
            if (from < block.Length && copied < copy.Length)
            {
                int count = (int)Math.Min(block.Length - from, copy.Length - copied);
                block.AsSpan((int)from, count).CopyTo(copy.AsSpan(copied));
                copied += count;
            }
            blockStart += block.Length;
        }
        return copy;
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && !_isFull)
        {
            if ((_blocks.Count == 0 || _used == _blocks[^1].Length) && !TryAddBlock(data.Length))
                return;

            byte[] block = _blocks[^1];
            int count = Math.Min(block.Length - _used, data.Length);
            data[..count].CopyTo(block.AsSpan(_used));
            _used += count;
            Length += count;
            data = data[count..];
        }
    }

    // Twice the one before, or what has come, if that is more: a response in one piece takes one block.
    private bool TryAddBlock(int wanted)
    {
        int size = _blocks.Count == 0 ? FirstBlock : Math.Min(LargestBlock, _blocks[^1].Length * 2);
        size = (int)Math.Min(Math.Max(size, Math.Min(wanted, LargestBlock)), limit - Length);
        _isFull = size <= 0 || !tryReserve(size);
        if (_isFull)
            return false;

        _blocks.Add(new byte[size]);
        _used = 0;
        return true;
    }
}
