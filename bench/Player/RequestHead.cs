using System.Buffers.Text;
using System.Text;

namespace StreamingLambda.Bench.Player;

/// <summary>What a request to the Runtime API asks for.</summary>
internal enum RequestKind
{
    /// <summary>A path that the benchmark does not play.</summary>
    Unknown,

    /// <summary><c>GET .../invocation/next</c>.</summary>
    Next,

    /// <summary><c>POST .../invocation/ID/response</c>.</summary>
    Response,

    /// <summary><c>POST .../invocation/ID/error</c> or <c>POST .../init/error</c>: the function failed.</summary>
    Error,
}

/// <summary>The facts of a request's head that the player acts on, read without an allocation.</summary>
internal ref struct RequestHead
{
    public RequestKind Kind;
    public ReadOnlySpan<byte> RequestLine;
    public ReadOnlySpan<byte> RequestId;
    public ReadOnlySpan<byte> ContentType;
    public ReadOnlySpan<byte> ResponseMode;
    public int ContentLength;
    public bool IsChunked;
    public bool ClosesConnection;

    /// <summary>The head's length with its blank line.</summary>
    public int Length;

    /// <returns>False while the head has not arrived in full.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RequestHead head)
    {
        head = default;
        int blank = bytes.IndexOf("\r\n\r\n"u8);
        if (blank < 0) return false;

        head.Length = blank + 4;
        ReadOnlySpan<byte> lines = bytes[..(blank + 2)];
        int end = lines.IndexOf("\r\n"u8);
        head.RequestLine = lines[..end];
        head.ParseTarget();

        for (lines = lines[(end + 2)..]; lines.Length > 0; lines = lines[(end + 2)..])
        {
            end = lines.IndexOf("\r\n"u8);
            head.ParseField(lines[..end]);
        }

        return true;
    }

    private void ParseTarget()
    {
        ReadOnlySpan<byte> line = RequestLine;
        if (line.SequenceEqual("GET /2018-06-01/runtime/invocation/next HTTP/1.1"u8))
        {
            Kind = RequestKind.Next;
            return;
        }

        ReadOnlySpan<byte> invocation = "POST /2018-06-01/runtime/invocation/"u8;
        if (line.StartsWith(invocation) && line[invocation.Length..].IndexOf((byte)'/') is >= 0 and int slash)
        {
            RequestId = line.Slice(invocation.Length, slash);
            ReadOnlySpan<byte> verb = line[(invocation.Length + slash)..];
            Kind = verb.SequenceEqual("/response HTTP/1.1"u8) ? RequestKind.Response
                : verb.SequenceEqual("/error HTTP/1.1"u8) ? RequestKind.Error
                : RequestKind.Unknown;
        }
        else if (line.SequenceEqual("POST /2018-06-01/runtime/init/error HTTP/1.1"u8))
        {
            Kind = RequestKind.Error;
        }
    }

    private void ParseField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0) throw new BenchmarkException($"The function sent a header line without a name: '{Encoding.UTF8.GetString(line)}'.");

        ReadOnlySpan<byte> name = line[..colon];
        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
        if (Is(name, "content-length"u8)) ContentLength = ParseLength(value);
        else if (Is(name, "transfer-encoding"u8)) IsChunked = Is(value, "chunked"u8);
        else if (Is(name, "content-type"u8)) ContentType = value;
        else if (Is(name, "connection"u8)) ClosesConnection = Is(value, "close"u8);
        else if (Is(name, "lambda-runtime-function-response-mode"u8)) ResponseMode = value;
    }

    private static bool Is(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(actual, expected);

    private static int ParseLength(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out int length, out int used) && used == value.Length && length >= 0
            ? length
            : throw new BenchmarkException($"The function sent a Content-Length that is no number: '{Encoding.UTF8.GetString(value)}'.");
}
