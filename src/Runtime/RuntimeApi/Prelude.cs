using System.Globalization;
using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>Status, headers and cookies as they precede the body: a JSON object, then eight NUL bytes.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
/// The JSON holds no NUL byte: the JSON writer escapes it, and the checks here refuse it before.</remarks>
internal static class Prelude
{
    public const string ContentType = "application/vnd.awslambda.http-integration-response";

    /// <summary>API Gateway looks for the eight NULs in the first 16 KB of the response.</summary>
    private const int MaxBytes = 16 * 1024;

    /// <summary>Encodes the head of a response.</summary>
    /// <exception cref="ArgumentException">The status is out of range, or a header or cookie cannot be sent; nothing was sent.</exception>
    public static ReadOnlyMemory<byte> Encode(StatusAndHeaders statusAndHeaders)
    {
        CheckStatus(statusAndHeaders);

        using var buffer = new JsonBuffer(256, ErrorReport.JsonOptions);
        Utf8JsonWriter json = buffer.Writer;
        json.WriteStartObject();
        json.WriteNumber("statusCode"u8, statusAndHeaders.StatusCode);
        if (statusAndHeaders.Headers is { Count: > 0 })
            WriteHeaders(json, statusAndHeaders.Headers);
        if (statusAndHeaders.Cookies is { Count: > 0 })
            WriteCookies(json, statusAndHeaders.Cookies);
        json.WriteEndObject();
        ReadOnlyMemory<byte> prelude = buffer.End("\0\0\0\0\0\0\0\0"u8);
        if (prelude.Length > MaxBytes)
        {
            string taken = string.Create(CultureInfo.InvariantCulture, $"{prelude.Length} bytes; Lambda reads at most {MaxBytes}");
            throw new ArgumentException(
                $"Status, headers and cookies take {taken}. Send less in headers, more in the body.", nameof(statusAndHeaders));
        }
        return prelude;
    }

    /// <summary>Checks a value that goes into a header line, such as a content type.</summary>
    /// <exception cref="ArgumentException">The value holds a character that a header cannot carry.</exception>
    public static void CheckHeaderValue(string name, string value)
    {
        if (value is null)
            throw new ArgumentException($"The header '{name}' has no value (null). Leave the header out, or give it an empty string.", nameof(value));
        int bad = 0;
        while (bad < value.Length && value[bad] is (>= ' ' and <= '~') or '\t')
            bad++;
        if (bad == value.Length)
            return;
        string what = value[bad] switch
        {
            '\r' or '\n' => "a line break",
            '\0' => "a NUL",
            < ' ' or '\x7f' => "a control character",
            _ => $"the non-ASCII character U+{(int)value[bad]:X4}",
        };
        string index = bad.ToString(CultureInfo.InvariantCulture);
        throw new ArgumentException(
            $"The value of '{name}' has {what} at index {index}, which an HTTP header cannot carry. "
            + "Remove it, or percent-encode or base64-encode the value.", nameof(value));
    }

    private static void CheckStatus(StatusAndHeaders statusAndHeaders)
    {
        string? why = statusAndHeaders.StatusCode switch
        {
            < 100 or > 599 => "is not an HTTP status",
            < 200 => "is an interim one (1xx), which no response ends with",
            _ => null,
        };
        if (why is null)
            return;
        string status = statusAndHeaders.StatusCode.ToString(CultureInfo.InvariantCulture);
        throw new ArgumentException($"The status {status} {why}. Use one from 200 to 599.", nameof(statusAndHeaders));
    }

    private static void WriteHeaders(Utf8JsonWriter json, IReadOnlyDictionary<string, string> headers)
    {
        json.WriteStartObject("headers"u8);
        foreach ((string name, string value) in headers)
        {
            CheckHeaderName(name);
            CheckHeaderValue(name, value);
            json.WriteString(name, value);
        }
        json.WriteEndObject();
    }

    private static void WriteCookies(Utf8JsonWriter json, IReadOnlyList<string> cookies)
    {
        json.WriteStartArray("cookies"u8);
        foreach (string cookie in cookies)
        {
            CheckHeaderValue("Set-Cookie", cookie);
            json.WriteStringValue(cookie);
        }
        json.WriteEndArray();
    }

    private static void CheckHeaderName(string name)
    {
        if (!IsToken(name))
            throw new ArgumentException($"'{Printable(name)}' is not a valid header name. Use letters, digits and hyphens.", nameof(name));
        if (Is(name, "Content-Length") || Is(name, "Transfer-Encoding"))
            throw new ArgumentException($"The header '{name}' cannot be set: Lambda frames a streamed response itself. Remove it.", nameof(name));
        if (Is(name, "Set-Cookie"))
        {
            throw new ArgumentException(
                "Set-Cookie cannot be a header of a Lambda response. Put each cookie into StatusAndHeaders.Cookies.", nameof(name));
        }
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The characters of a header name: https://www.rfc-editor.org/rfc/rfc9110#name-tokens</summary>
    private static bool IsToken(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
                return false;
        }
        return name.Length > 0;
    }

    private static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (char c in text)
        {
            if (c is >= ' ' and <= '~')
                printable.Append(c);
            else
                printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }
        return printable.ToString();
    }
}
