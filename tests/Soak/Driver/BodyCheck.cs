namespace StreamingLambda.Soak.Driver;

/// <summary>Compares a body with what is expected, as it arrives.</summary>
internal sealed class BodyCheck(IReadOnlyList<ReadOnlyMemory<byte>> expected)
{
    private int _segment;
    private int _offset;

    /// <summary>How many bytes have come.</summary>
    public long Length { get; private set; }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            SkipFinished();
            if (_segment == expected.Count)
                throw new ViolationException($"{bytes.Length} bytes of body more than the {Length} that the handler wrote");
            ReadOnlySpan<byte> rest = expected[_segment].Span[_offset..];
            int count = Math.Min(rest.Length, bytes.Length);
            int same = rest[..count].CommonPrefixLength(bytes[..count]);
            if (same < count)
                throw new ViolationException($"byte {Length + same} of the body is not what the handler wrote");
            bytes = bytes[count..];
            _offset += count;
            Length += count;
        }
    }

    public void RequireComplete()
    {
        SkipFinished();
        if (_segment < expected.Count)
            throw new ViolationException($"the body ends after {Length} of {expected.Sum(segment => (long)segment.Length)} bytes");
    }

    private void SkipFinished()
    {
        while (_segment < expected.Count && _offset == expected[_segment].Length)
            (_segment, _offset) = (_segment + 1, 0);
    }
}
