namespace StreamingLambda.Tests.Shared.Wire;

/// <summary>What <see cref="ChunkReader.Read"/> came upon.</summary>
public enum ChunkPart
{
    /// <summary>The input ended: receive more.</summary>
    NeedMore,

    /// <summary>Data of a chunk, all that has arrived of it.</summary>
    Data,

    /// <summary>The line break behind the data of a chunk, where it came later than the data.</summary>
    ChunkEnd,

    /// <summary>The last chunk, which has no data; trailers may follow.</summary>
    LastChunk,

    /// <summary>The empty line that ends the body.</summary>
    End,
}

/// <summary>Reads a chunked body, split at any byte, and refuses what breaks its framing. Data is handed on in place; nothing is allocated.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9112#section-7.1</remarks>
public sealed class ChunkReader
{
    private const int MaxSizeDigits = 8;
    private const int MaxTrailerBytes = 64 * 1024;

    private State _state;
    private int _digits;
    private int _remaining;
    private bool _lineIsEmpty;
    private byte[] _trailers = [];
    private int _trailerBytes;

    /// <summary>Where in the framing the next byte stands.</summary>
    private enum State
    {
        /// <summary>In the digits of a chunk's size; leaves on CR or on ';'.</summary>
        Size,

        /// <summary>In an extension of the size line, which is skipped; leaves on CR.</summary>
        Extension,

        /// <summary>Before the LF of the size line; goes to the data, or to the trailers after size zero.</summary>
        SizeLineFeed,

        /// <summary>In a chunk's data; leaves after as many bytes as the size said.</summary>
        Data,

        /// <summary>Before the CR behind the data.</summary>
        DataCarriageReturn,

        /// <summary>Before the LF behind the data; goes to the next size.</summary>
        DataLineFeed,

        /// <summary>In a trailer line or the empty line that ends the body.</summary>
        Trailer,

        /// <summary>Before the LF of a trailer line; an empty line was the last.</summary>
        TrailerLineFeed,

        /// <summary>After the empty line.</summary>
        Complete,
    }

    /// <summary>Whether the next byte begins a chunk's size line: the chunk before it is read whole, its line break included.</summary>
    public bool IsBetweenChunks => _state == State.Size && _digits == 0;

    public bool IsComplete => _state == State.Complete;

    /// <summary>The trailer lines so far, each with its CRLF.</summary>
    public ReadOnlySpan<byte> Trailers => _trailers.AsSpan(0, _trailerBytes);

    /// <summary>Begins another body.</summary>
    public void Reset()
    {
        _state = State.Size;
        _digits = _remaining = _trailerBytes = 0;
    }

    /// <summary>Reads up to the next part.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="used">How many of these bytes are read; those behind them are for the next call.</param>
    /// <param name="data">The data, where the part is that.</param>
    /// <exception cref="InvalidDataException">The framing is broken.</exception>
    public ChunkPart Read(ReadOnlySpan<byte> input, out int used, out ReadOnlySpan<byte> data)
    {
        data = default;
        used = 0;
        while (used < input.Length)
        {
            if (_state == State.Data)
            {
                data = input.Slice(used, Math.Min(_remaining, input.Length - used));
                used += data.Length;
                _remaining -= data.Length;
                if (_remaining == 0)
                    EndChunk(input, ref used);
                return ChunkPart.Data;
            }
            ChunkPart part = ReadFraming(input[used++]);
            if (part != ChunkPart.NeedMore)
                return part;
        }
        return ChunkPart.NeedMore;
    }

    /// <summary>Most chunks come with their line break: it is read with the data.</summary>
    private void EndChunk(ReadOnlySpan<byte> input, ref int used)
    {
        bool isHere = input[used..].StartsWith("\r\n"u8);
        if (isHere)
            used += 2;
        _digits = 0;
        _state = isHere ? State.Size : State.DataCarriageReturn;
    }

    private ChunkPart ReadFraming(byte value)
    {
        switch (_state)
        {
            case State.Size when value is (byte)'\r' or (byte)';':
                if (_digits == 0)
                    throw Broken(value, "a digit of the chunk's size");
                _state = value == '\r' ? State.SizeLineFeed : State.Extension;
                break;
            case State.Size:
                int digit = HexDigit(value);
                if (digit < 0 || ++_digits > MaxSizeDigits)
                    throw Broken(value, "a chunk's size of at most eight hexadecimal digits");
                _remaining = (_remaining << 4) | digit;
                if (_remaining < 0)
                    throw Broken(value, "a chunk smaller than 2 GB");
                break;
            case State.Extension:
                if (value == '\r')
                    _state = State.SizeLineFeed;
                break;
            case State.SizeLineFeed:
                Expect(value, (byte)'\n', "LF after the chunk's size");
                _lineIsEmpty = true;
                _state = _remaining == 0 ? State.Trailer : State.Data;
                return _remaining == 0 ? ChunkPart.LastChunk : ChunkPart.NeedMore;
            case State.DataCarriageReturn:
                Expect(value, (byte)'\r', "CR after the chunk's data");
                _state = State.DataLineFeed;
                break;
            case State.DataLineFeed:
                Expect(value, (byte)'\n', "LF after the chunk's data");
                _state = State.Size;
                return ChunkPart.ChunkEnd;
            case State.Trailer:
                if (value == '\r')
                    _state = State.TrailerLineFeed;
                else
                    AddTrailer(value);
                break;
            case State.TrailerLineFeed:
                Expect(value, (byte)'\n', "LF after a trailer line");
                return EndTrailerLine();
            default:
                throw new InvalidOperationException($"No framing is read in state {_state}: call Reset before another body.");
        }
        return ChunkPart.NeedMore;
    }

    private ChunkPart EndTrailerLine()
    {
        _state = _lineIsEmpty ? State.Complete : State.Trailer;
        if (_lineIsEmpty)
            return ChunkPart.End;
        AddTrailer((byte)'\r');
        AddTrailer((byte)'\n');
        _lineIsEmpty = true;
        return ChunkPart.NeedMore;
    }

    private void AddTrailer(byte value)
    {
        if (_trailerBytes == MaxTrailerBytes)
            throw new InvalidDataException($"The response's trailers are longer than {MaxTrailerBytes} bytes.");
        if (_trailers.Length == 0)
            _trailers = new byte[MaxTrailerBytes];
        _trailers[_trailerBytes++] = value;
        _lineIsEmpty = false;
    }

    private static void Expect(byte actual, byte expected, string what)
    {
        if (actual != expected)
            throw Broken(actual, what);
    }

    private static InvalidDataException Broken(byte value, string expected) =>
        new($"The response's chunked framing is broken: byte 0x{value:x2} came where {expected} was expected.");

    private static int HexDigit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };
}
