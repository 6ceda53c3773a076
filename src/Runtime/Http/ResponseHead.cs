using System.Globalization;
using System.Text;

namespace StreamingLambda.Runtime.Http;

/// <summary>Status line and header fields of a response.</summary>
internal sealed record ResponseHead(
    int StatusCode, IReadOnlyList<KeyValuePair<string, string>> Fields, long? ContentLength, bool IsChunked, bool KeepAlive)
{
    private static ReadOnlySpan<byte> Forbidden => "\r\n\0"u8;

    /// <summary>Parses a head that ends with an empty line.</summary>
    /// <exception cref="HttpRequestException">It is not a head of HTTP/1.1.</exception>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> statusLine = head[..end];
        if (statusLine.Length < 12 || !(statusLine.StartsWith("HTTP/1.1 "u8) || statusLine.StartsWith("HTTP/1.0 "u8))
            || (statusLine.Length > 12 && statusLine[12] != ' ') || statusLine.ContainsAny(Forbidden)
            || !int.TryParse(statusLine.Slice(9, 3), NumberStyles.None, NumberFormatInfo.InvariantInfo, out int status) || status is < 100 or > 599)
        {
            throw ResponseReader.Invalid("it does not begin with an HTTP/1.1 status line");
        }

        var fields = new List<KeyValuePair<string, string>>();
        long? contentLength = null;
        bool chunked = false;
        bool close = false;
        bool keepAlive = statusLine[7] == '1';
        for (head = head[(end + 2)..]; (end = head.IndexOf("\r\n"u8)) > 0; head = head[(end + 2)..])
        {
            (string name, string value) = ParseField(head[..end]);
            fields.Add(new(name, value));
            if (Is(name, "Content-Length"))
                contentLength = ParseLength(value, contentLength);
            else if (Is(name, "Transfer-Encoding"))
                chunked = !chunked && Is(value, "chunked") ? true : throw ResponseReader.Invalid("its transfer encoding is not 'chunked'");
            else if (Is(name, "Connection"))
                (close, keepAlive) = (close || Contains(value, "close"), keepAlive || Contains(value, "keep-alive"));
        }
        // Two readers that believe different ones would see different answers: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
        if (chunked && contentLength is not null)
            throw ResponseReader.Invalid("it has both a Content-Length and a Transfer-Encoding");
        return new ResponseHead(status, fields, contentLength, chunked, keepAlive && !close);
    }

    private static KeyValuePair<string, string> ParseField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            throw ResponseReader.Invalid("a header line has no name");
        if (line.ContainsAny(Forbidden))
            throw ResponseReader.Invalid("a header line has a bare CR, LF or NUL");
        // UTF-8, not Latin-1: Lambda passes text of callers in headers, such as the client context.
        return new(Encoding.ASCII.GetString(line[..colon]), Encoding.UTF8.GetString(line[(colon + 1)..].Trim(" \t"u8)));
    }

    private static long ParseLength(string value, long? earlier)
    {
        if (!long.TryParse(value, NumberStyles.None, NumberFormatInfo.InvariantInfo, out long length) || (earlier is not null && earlier != length))
            throw ResponseReader.Invalid("its Content-Length is not one number");
        return length;
    }

    private static bool Contains(string value, string word) => value.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
