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

    /// <summary>The bytes of chunk extensions and trailers so far. They mean nothing to us, but they take time and memory.</summary>
    private int _meaningless;

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
    public bool TryRead(ReceiveBuffer input)
    {
        while (true)
        {
            switch (_next)
            {
                case Part.Rest:
                    Checked(_bytes.WrittenCount + (long)input.Bytes.Length);
                    Take(input, input.Bytes.Length);
                    return false;
                case Part.Data:
                    int part = Math.Min(_missing, input.Bytes.Length);
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
                    if (_next == Part.Trailers)
                        Ignore(line.Length);
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
        {
            Ignore(size.Length - extension);
            size = size[..extension].TrimEnd(" \t");
        }
        if (size.Length is 0 or > 8 || !uint.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
            throw ResponseReader.Invalid("the size of a chunk is not a hexadecimal number");
        _missing = Checked(_bytes.WrittenCount + (long)value) - _bytes.WrittenCount;
        _next = value == 0 ? Part.Trailers : Part.Data;
    }

    /// <summary>Takes a line without its end; null if that has not arrived.</summary>
    private static string? TryReadLine(ReceiveBuffer input)
    {
        int end = input.Bytes.IndexOf("\r\n"u8);
        if (end < 0 && input.Bytes.Length >= ResponseReader.MaxHeadBytes)
            throw ResponseReader.Invalid($"a line is longer than {ResponseReader.MaxHeadBytes} bytes");
        if (end < 0)
            return null;
        if (input.Bytes[..end].ContainsAny((byte)'\r', (byte)'\n', (byte)0))
            throw ResponseReader.Invalid("a line of its body has a bare CR, LF or NUL");
        string line = Encoding.ASCII.GetString(input.Bytes[..end]);
        input.Consume(end + 2);
        return line;
    }

    private void Ignore(int length)
    {
        _meaningless += length;
        if (_meaningless > ResponseReader.MaxHeadBytes)
            throw ResponseReader.Invalid($"its chunk extensions and trailers are longer than {ResponseReader.MaxHeadBytes} bytes");
    }

    private void Take(ReceiveBuffer input, int count)
    {
        // Asked for room for nothing, a full buffer doubles.
        if (count == 0)
            return;
        _bytes.Write(input.Bytes[..count]);
        input.Consume(count);
    }

    private static int Checked(long size) =>
        size <= MaxBytes ? (int)size : throw ResponseReader.Invalid($"its body is longer than {MaxBytes} bytes");
}
