using System.Buffers;
using System.Globalization;
using System.Text;

namespace StreamingLambda.Runtime.Http;

/// <summary>The body of a response while it arrives: takes what there is, and says when it is complete.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9112#section-6</remarks>
internal sealed class ResponseBody
{
    /// <summary>An event is at most 6 MB; more than five times that is not an answer of the Runtime API.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private enum Part
    {
        /// <summary>So many bytes as the head says, or as the chunk's size says.</summary>
        Data,

        /// <summary>Whatever comes before the connection ends.</summary>
        Rest,

        ChunkSize,

        ChunkEnd,

        /// <summary>Fields behind the last chunk, which mean nothing to us, up to an empty line.</summary>
        Trailers,
    }

    private readonly ArrayBufferWriter<byte> _bytes;
    private readonly bool _chunked;
    private Part _next;
    private int _missing;

    public ResponseBody(ResponseHead head)
    {
        bool none = head.StatusCode is 204 or 304;
        _chunked = head.IsChunked && !none;
        long? length = none ? 0 : head.ContentLength;
        EndsWithConnection = !_chunked && length is null;
        _next = _chunked ? Part.ChunkSize : EndsWithConnection ? Part.Rest : Part.Data;
        _missing = _next == Part.Data ? Checked(length.GetValueOrDefault()) : 0;
        _bytes = _missing > 0 ? new ArrayBufferWriter<byte>(_missing) : new ArrayBufferWriter<byte>();
    }

    /// <summary>Whether only the end of the connection ends the body.</summary>
    public bool EndsWithConnection { get; }

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Where to receive, when the next bytes are this body's and nothing else; empty when the input buffer is the place.</summary>
    public Memory<byte> Destination => _next == Part.Data ? _bytes.GetMemory(_missing)[.._missing] : default;

    /// <summary>Counts what was received into <see cref="Destination"/>.</summary>
    public void Received(int count)
    {
        if (_next != Part.Data)
            return;
        _bytes.Advance(count);
        _missing -= count;
    }

    /// <summary>Takes what has arrived of the body.</summary>
    /// <returns>Whether the body is complete.</returns>
    /// <exception cref="HttpRequestException">It is not framed as HTTP/1.1 says, or too large.</exception>
    public bool TryRead(Transport input)
    {
        while (true)
        {
            switch (_next)
            {
                case Part.Rest:
                    Checked(_bytes.WrittenCount + (long)input.Input.Length);
                    Take(input, input.Input.Length);
                    return false;
                case Part.Data:
                    int part = Math.Min(_missing, input.Input.Length);
                    Take(input, part);
                    _missing -= part;
                    if (_missing > 0 || !_chunked)
                        return _missing == 0;
                    _next = Part.ChunkEnd;
                    break;
                default:
                    if (TryReadLine(input) is not { } line)
                        return false;
                    if (_next == Part.Trailers && line.Length == 0)
                        return true;
                    if (_next == Part.ChunkEnd && line.Length > 0)
                        throw ResponseReader.Invalid("a chunk is longer than its size says");
                    if (_next == Part.ChunkSize)
                        ReadChunkSize(line);
                    else if (_next == Part.ChunkEnd)
                        _next = Part.ChunkSize;
                    break;
            }
        }
    }

    private void ReadChunkSize(string line)
    {
        ReadOnlySpan<char> size = line;
        int extension = size.IndexOf(';');
        if (extension >= 0)
            size = size[..extension].TrimEnd();
        if (size.Length is 0 or > 8 || !uint.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
            throw ResponseReader.Invalid("the size of a chunk is not a hexadecimal number");
        _missing = Checked(_bytes.WrittenCount + (long)value) - _bytes.WrittenCount;
        _next = value == 0 ? Part.Trailers : Part.Data;
    }

    /// <summary>Takes a line without its end; null if that has not arrived.</summary>
    private static string? TryReadLine(Transport input)
    {
        int end = input.Input.IndexOf("\r\n"u8);
        if (end < 0 && input.Input.Length >= ResponseReader.MaxHeadBytes)
            throw ResponseReader.Invalid($"a line is longer than {ResponseReader.MaxHeadBytes} bytes");
        if (end < 0)
            return null;
        string line = Encoding.ASCII.GetString(input.Input[..end]);
        input.Consume(end + 2);
        return line;
    }

    private void Take(Transport input, int count)
    {
        // Asked for room for nothing, a full buffer doubles.
        if (count == 0)
            return;
        _bytes.Write(input.Input[..count]);
        input.Consume(count);
    }

    private static int Checked(long size) =>
        size <= MaxBytes ? (int)size : throw ResponseReader.Invalid($"its body is longer than {MaxBytes} bytes");
}
