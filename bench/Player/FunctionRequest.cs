using System.Buffers.Text;
using System.Text;
using StreamingLambda.Tests.Shared.Wire;

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

/// <summary>The facts of a request that the player acts on, read without an allocation.</summary>
internal ref struct FunctionRequest
{
    public RequestKind Kind;
    public ReadOnlySpan<byte> RequestLine;
    public ReadOnlySpan<byte> RequestId;
    public ReadOnlySpan<byte> ContentType;
    public ReadOnlySpan<byte> ResponseMode;
    public int ContentLength;
    public bool IsChunked;
    public bool ClosesConnection;

    /// <summary>The head's length with its empty line.</summary>
    public int HeadLength;

    /// <returns>False while the head has not arrived in full.</returns>
    /// <exception cref="BenchmarkException">It is not a head.</exception>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out FunctionRequest request)
    {
        request = default;
        if (!RequestHead.TryParse(bytes, out RequestHead head)) return false;

        request.HeadLength = head.Length;
        request.RequestLine = head.RequestLine;
        request.ReadTarget();
        try
        {
            foreach (HeaderField field in head.Fields) request.Read(field);
        }
        catch (InvalidDataException e)
        {
            throw new BenchmarkException(e.Message);
        }

        return true;
    }

    private void ReadTarget()
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

    private void Read(HeaderField field)
    {
        if (field.Is("content-length"u8)) ContentLength = ParseLength(field.Value);
        else if (field.Is("transfer-encoding"u8)) IsChunked = Ascii.EqualsIgnoreCase(field.Value, "chunked"u8);
        else if (field.Is("content-type"u8)) ContentType = field.Value;
        else if (field.Is("connection"u8)) ClosesConnection = Ascii.EqualsIgnoreCase(field.Value, "close"u8);
        else if (field.Is("lambda-runtime-function-response-mode"u8)) ResponseMode = field.Value;
    }

    private static int ParseLength(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out int length, out int used) && used == value.Length && length >= 0
            ? length
            : throw new BenchmarkException($"The function sent a Content-Length that is no number: '{Encoding.UTF8.GetString(value)}'.");
}
