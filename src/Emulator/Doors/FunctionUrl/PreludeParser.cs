using System.Buffers;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>
/// Finds the end of the prelude in a stream that may be split anywhere: JSON, eight NUL bytes, body. JSON cannot contain a NUL, so the first
/// one begins the delimiter.
/// </summary>
internal sealed class PreludeParser(int maxLength = PreludeParser.MaxLength)
{
    private const int DelimiterLength = 8;

    /// <summary>More than any server in front of a function lets through: for those who name no limit.</summary>
    private const int MaxLength = 128 * 1024;

    private readonly ArrayBufferWriter<byte> _json = new(256);
    private int _delimiter;

    /// <summary>Whether nothing has come yet.</summary>
    public bool IsEmpty => _json.WrittenCount == 0 && _delimiter == 0;

    /// <summary>Takes the next piece. Not null: the prelude is complete and <paramref name="data"/> is cut down to the body after it.</summary>
    /// <exception cref="FormatException">This cannot be a prelude; the message says why.</exception>
    public Prelude? Read(ref ReadOnlySequence<byte> data)
    {
        long consumed = 0;
        foreach (ReadOnlyMemory<byte> segment in data)
        {
            ReadOnlySpan<byte> span = segment.Span;
            int position = 0;
            if (_delimiter == 0)
            {
                position = span.IndexOf((byte)0) is >= 0 and var first ? first : span.Length;
                if (_json.WrittenCount + position + DelimiterLength > maxLength)
                    throw new FormatException($"no eight NUL bytes in the first {maxLength} bytes");
                _json.Write(span[..position]);
            }
            for (; position < span.Length && _delimiter < DelimiterLength; position++, _delimiter++)
            {
                if (span[position] != 0)
                    throw new FormatException($"only {_delimiter} of the eight NUL bytes stand between it and the body");
            }
            consumed += position;
            if (_delimiter == DelimiterLength)
            {
                data = data.Slice(consumed);
                return Prelude.Parse(_json.WrittenMemory);
            }
        }

        data = data.Slice(data.End);
        return null;
    }
}
