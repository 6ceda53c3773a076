using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace StreamingLambda.Emulator.Page.Exports;

/// <summary>An invocation as a test of <c>StreamingLambda.Testing</c>, in C#, for xunit.</summary>
internal static class TestExport
{
    /// <summary>A longer response is compared by its beginning.</summary>
    private const int MaxExpected = 2000;

    /// <summary>Composes it.</summary>
    /// <param name="handler">The handler's class, a guess: the function's <c>Handler</c> setting.</param>
    /// <param name="eventJson">The event.</param>
    /// <param name="status">The status that came back; null: none did.</param>
    /// <param name="body">The response's body, as far as it is kept.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    /// <param name="errorType">What the invocation failed with, null if it did not.</param>
    public static string Of(
        string handler, ReadOnlyMemory<byte> eventJson, int? status, ReadOnlyMemory<byte> body, bool isWhole, string? errorType)
    {
        HttpEvent? http = HttpEvent.Read(eventJson);
        var test = new StringBuilder("[Fact]\npublic async Task ");
        test.Append(Name(http)).Append("()\n{\n    TestResponse response = await new TestHost(new ");
        test.Append(IsIdentifier(handler) ? handler : "MyHandler").Append("()).InvokeAsync(\n        ");
        test.Append(http is null or { IsFromRestApi: true } ? Bytes(eventJson.Span) : Request(http)).Append(");\n\n");
        if (errorType is not null)
            test.Append(CultureInfo.InvariantCulture, $"    Assert.Equal({Literal(errorType)}, response.Error?.LambdaType);\n");
        else
            test.Append("    Assert.Null(response.Error);\n");
        if (status is { } given)
            test.Append(CultureInfo.InvariantCulture, $"    Assert.Equal({given}, response.StatusCode);\n");
        test.Append(Body(body.Span, isWhole)).Append("}\n");
        return test.ToString();
    }

    private static string Body(ReadOnlySpan<byte> body, bool isWhole)
    {
        int end = Math.Min(body.Length, MaxExpected);
        // Not in the middle of a character.
        while (end > 0 && end < body.Length && (body[end] & 0xC0) == 0x80)
            end--;
        bool isAll = isWhole && end == body.Length;
        ReadOnlySpan<byte> expected = body[..end];
        if (!Utf8.IsValid(expected))
        {
            return isAll
                ? $"    Assert.Equal(Convert.FromBase64String(\"{Convert.ToBase64String(expected)}\"), response.Body.ToArray());\n"
                : "";
        }
        string literal = Literal(Encoding.UTF8.GetString(expected));
        return isAll
            ? $"    Assert.Equal({literal}, response.BodyText);\n"
            : $"    Assert.StartsWith({literal}, response.BodyText, StringComparison.Ordinal);\n";
    }

    private static string Request(HttpEvent http)
    {
        IEnumerable<string> headers = http.Headers.Select(header => $", ({Literal(header.Key)}, {Literal(header.Value)})");
        string rest = string.Concat(headers) + ")";
        return (http.Method, http.Body.IsEmpty) switch
        {
            ("GET", true) => $"FunctionUrlEvent.Get({Literal(http.Target)}{rest}",
            ("POST", _) when Utf8.IsValid(http.Body.Span) =>
                $"FunctionUrlEvent.Post({Literal(http.Target)}, {Literal(Encoding.UTF8.GetString(http.Body.Span))}{rest}",
            _ => $"FunctionUrlEvent.Create({Literal(http.Method)}, {Literal(http.Target)}, {Bytes(http.Body.Span)}{rest}",
        };
    }

    private static string Bytes(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? "default"
        : Utf8.IsValid(bytes) ? $"{Literal(Encoding.UTF8.GetString(bytes))}u8.ToArray()"
        : $"Convert.FromBase64String(\"{Convert.ToBase64String(bytes)}\")";

    private static string Name(HttpEvent? http)
    {
        if (http is null)
            return "Answers_this_event";
        IEnumerable<string> parts = new[] { http.Method, http.Target.Split('?')[0] }.Select(Words).Where(part => part.Length > 0);
        return string.Join('_', parts.Prepend("Answers"));
    }

    private static string Words(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')).Trim('_');

    private static bool IsIdentifier(string text) =>
        text is not ("" or "bootstrap") && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    // Everything that could be taken for something else is an escape: what the function sent becomes code here.
    private static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (char c in text)
        {
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                >= ' ' and <= '~' => c.ToString(),
                _ when char.IsLetter(c) => c.ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            });
        }
        return literal.Append('"').ToString();
    }
}
