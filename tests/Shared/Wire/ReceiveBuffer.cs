namespace StreamingLambda.Tests.Shared.Wire;

/// <summary>What has arrived on a connection and is not read yet. Pinned, so that a receive need not pin it; it allocates only to grow.</summary>
/// <param name="initialBytes">Its size at first.</param>
/// <param name="maxBytes">The most that may wait unread.</param>
public sealed class ReceiveBuffer(int initialBytes, int maxBytes)
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(initialBytes, pinned: true);
    private int _start;
    private int _end;

    /// <summary>The bytes that were received and not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Where to receive next: behind the unread bytes, never empty.</summary>
    /// <exception cref="InvalidDataException">As much as may wait unread does so.</exception>
    public Memory<byte> GetRoom()
    {
        if (_end == _bytes.Length)
            MakeRoom();
        return _bytes.AsMemory(_end);
    }

    public void Received(int count) => _end += count;

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
            Clear();
    }

    public void Clear() => _start = _end = 0;

    private void MakeRoom()
    {
        byte[] target = _bytes;
        if (_start == 0)
        {
            if (_bytes.Length >= maxBytes)
                throw new InvalidDataException($"More than {maxBytes} bytes arrived in one piece that should have ended earlier.");
            target = GC.AllocateUninitializedArray<byte>(Math.Min(maxBytes, _bytes.Length * 2), pinned: true);
        }
        Unread.CopyTo(target);
        (_bytes, _start, _end) = (target, 0, _end - _start);
    }
}
