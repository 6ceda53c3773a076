using System.Text.Json;

namespace StreamingLambda.Testing;

/// <summary>The HTTP request that an event is made for, and what events of all formats write of it in the same way.</summary>
internal sealed class EventRequest
{
    /// <summary>When every request arrives, as events write it.</summary>
    public const string Time = "01/Jan/2026:00:00:00 +0000";

    /// <summary><see cref="Time"/> in whole milliseconds since 1970.</summary>
    public const long TimeEpoch = 1_767_225_600_000;

    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;

    private EventRequest(string method, string pathAndQuery, string? text, ReadOnlyMemory<byte> bytes, (string Name, string Value)[] headers)
    {
        int question = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        Method = method;
        Path = question < 0 ? pathAndQuery : pathAndQuery[..question];
        Query = question < 0 ? "" : pathAndQuery[(question + 1)..];
        if (!Path.StartsWith('/'))
        {
            throw new ArgumentException(
                $"The path '{Path}' does not begin with '/'. Give path and query, without scheme and host.", nameof(pathAndQuery));
        }
        Headers = headers;
        _text = text;
        _bytes = bytes;
    }

    public string Method { get; }

    /// <summary>The path, percent-encoded.</summary>
    public string Path { get; }

    /// <summary>The query without its question mark, percent-encoded.</summary>
    public string Query { get; }

    /// <summary>The query's parameters, decoded, in their order.</summary>
    public IEnumerable<(string Name, string Value)> Parameters =>
        Query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(ReadParameter);

    public IReadOnlyList<(string Name, string Value)> Headers { get; }

    public string UserAgent => Find(Headers, "User-Agent") ?? "StreamingLambda.Testing";

    public bool HasBody => _text is not null || !_bytes.IsEmpty;

    public static EventRequest Get(string pathAndQuery, (string Name, string Value)[] headers) =>
        new("GET", pathAndQuery, text: null, bytes: default, headers);

    public static EventRequest Post(string pathAndQuery, string body, (string Name, string Value)[] headers) =>
        new("POST", pathAndQuery, body, bytes: default,
            Find(headers, "Content-Type") is null ? [("Content-Type", "application/json"), .. headers] : headers);

    public static EventRequest Create(string method, string pathAndQuery, ReadOnlyMemory<byte> body, (string Name, string Value)[] headers) =>
        new(method, pathAndQuery, text: null, body, headers);

    /// <summary>Writes <c>body</c>, if there is one, and <c>isBase64Encoded</c>.</summary>
    public void WriteBody(Utf8JsonWriter json)
    {
        if (_text is not null)
            json.WriteString("body"u8, _text);
        else if (!_bytes.IsEmpty)
            json.WriteBase64String("body"u8, _bytes.Span);
        json.WriteBoolean("isBase64Encoded"u8, _text is null && !_bytes.IsEmpty);
    }

    public static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in texts)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static string? Find(IReadOnlyList<(string Name, string Value)> headers, string name) =>
        headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static (string Name, string Value) ReadParameter(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (Decode(pair), "") : (Decode(pair[..equals]), Decode(pair[(equals + 1)..]));

        static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }
}
