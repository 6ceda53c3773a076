namespace StreamingLambda.Bench.Player;

/// <summary>
/// Reads a chunked request body, split at any byte, and refuses what breaks its framing. It hands data on in place and allocates nothing.
/// </summary>
internal sealed class ChunkedBody(StreamedResponse response)
{
    private const int MaxSizeDigits = 8;

    private State _state;
    private int _digits;
    private int _remaining;
    private int _trailerLine;

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

        /// <summary>In a trailer line or the blank line that ends the body.</summary>
        Trailer,

        /// <summary>Before the LF of a trailer line; a blank line was the last.</summary>
        TrailerLineFeed,

        /// <summary>After the blank line.</summary>
        Complete,
    }

    public bool IsComplete => _state == State.Complete;

    public void Reset()
    {
        _state = State.Size;
        _digits = _remaining = _trailerLine = 0;
    }

    /// <returns>How many bytes belonged to this body: all of them, unless it ended.</returns>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && _state != State.Complete)
        {
            if (_state == State.Data)
            {
                ReadOnlySpan<byte> data = bytes.Slice(at, Math.Min(_remaining, bytes.Length - at));
                response.AddData(data);
                at += data.Length;
                _remaining -= data.Length;
                if (_remaining == 0) _state = State.DataCarriageReturn;
            }
            else
            {
                ReadFraming(bytes[at++]);
            }
        }

        return at;
    }

    private void ReadFraming(byte value)
    {
        switch (_state)
        {
            case State.Size when value is (byte)'\r' or (byte)';':
                if (_digits == 0) throw Broken(value, "a digit of the chunk's size");
                _state = value == '\r' ? State.SizeLineFeed : State.Extension;
                break;
            case State.Size:
                int digit = HexDigit(value);
                if (digit < 0 || ++_digits > MaxSizeDigits) throw Broken(value, "a chunk's size of at most eight hexadecimal digits");
                _remaining = (_remaining << 4) | digit;
                if (_remaining < 0) throw Broken(value, "a chunk smaller than 2 GB");
                break;
            case State.Extension:
                if (value == '\r') _state = State.SizeLineFeed;
                break;
            case State.SizeLineFeed:
                Expect(value, (byte)'\n', "LF after the chunk's size");
                _state = _remaining == 0 ? State.Trailer : State.Data;
                break;
            case State.DataCarriageReturn:
                Expect(value, (byte)'\r', "CR after the chunk's data");
                _state = State.DataLineFeed;
                break;
            case State.DataLineFeed:
                Expect(value, (byte)'\n', "LF after the chunk's data");
                _digits = 0;
                _state = State.Size;
                break;
            case State.Trailer when value == '\r':
                _state = State.TrailerLineFeed;
                break;
            case State.Trailer:
                _trailerLine++;
                response.AddTrailer(value);
                break;
            case State.TrailerLineFeed:
                Expect(value, (byte)'\n', "LF after a trailer line");
                _state = _trailerLine == 0 ? State.Complete : State.Trailer;
                if (_trailerLine > 0) response.AddTrailer((byte)'\n');
                _trailerLine = 0;
                break;
            default:
                throw new InvalidOperationException($"No framing is read in state {_state}.");
        }
    }

    private static void Expect(byte actual, byte expected, string what)
    {
        if (actual != expected) throw Broken(actual, what);
    }

    private static BenchmarkException Broken(byte value, string expected) =>
        new($"The response's chunked framing is broken: byte 0x{value:x2} came where {expected} was expected.");

    private static int HexDigit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };
}
