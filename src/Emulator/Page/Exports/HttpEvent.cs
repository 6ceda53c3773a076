using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Page.Exports;

/// <summary>The HTTP request that an event was made from: payload format 2.0 of function URLs and HTTP APIs, or 1.0 of REST APIs.</summary>
internal sealed record HttpEvent
{
    // What the platform adds, what belongs to the connection, and what a signature is made of: a new request gets its own.
    private static readonly HashSet<string> NotRepeated = new(StringComparer.OrdinalIgnoreCase)
    {
        "accept-encoding", "authorization", "connection", "content-length", "cookie", "host", "transfer-encoding", "user-agent",
        "x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amzn-tls-cipher-suite", "x-amzn-tls-version", "x-amzn-trace-id",
        "x-forwarded-for",
        "x-forwarded-port", "x-forwarded-proto",
    };

    public required string Method { get; init; }

    /// <summary>Path and query, percent-encoded.</summary>
    public required string Target { get; init; }

    /// <summary>The headers that the caller chose, cookies in one of them.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether it came through a function URL.</summary>
    public required bool IsFromFunctionUrl { get; init; }

    /// <summary>Whether it came through a REST API: its event has another form, with a resource and stage variables.</summary>
    public required bool IsFromRestApi { get; init; }

    /// <summary>Reads an event; null: it was made from no HTTP request.</summary>
    public static HttpEvent? Read(ReadOnlyMemory<byte> json) => StrictJson.ReadOrNull(json, Read);

    private static HttpEvent? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;

        bool isSecond = Text(root, "version") == "2.0";
        JsonElement context = Member(root, "requestContext");
        string? method = isSecond ? Text(Member(context, "http"), "method") : Text(root, "httpMethod");
        string? path = isSecond ? Text(root, "rawPath") : Text(context, "path") ?? Text(root, "path");
        if (method is null || path is null)
            return null;

        string query = isSecond ? Text(root, "rawQueryString") ?? "" : Query(root);
        return new HttpEvent
        {
            Method = method,
            Target = query.Length > 0 ? $"{path}?{query}" : path,
            Headers = [.. AllHeaders(root).Where(header => !NotRepeated.Contains(header.Key)), .. Cookies(root)],
            Body = ReadBody(root),
            IsFromRestApi = !isSecond,
            IsFromFunctionUrl = isSecond && Text(context, "domainName")?.Contains(".lambda-url.", StringComparison.Ordinal) == true,
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> AllHeaders(JsonElement root) =>
        Members(root, "headers").Where(header => header.Value.ValueKind == JsonValueKind.String)
            .Select(header => new KeyValuePair<string, string>(header.Name, header.Value.GetString()!));

    private static IEnumerable<KeyValuePair<string, string>> Cookies(JsonElement root)
    {
        string cookies = Member(root, "cookies") is { ValueKind: JsonValueKind.Array } list
            ? string.Join("; ", list.EnumerateArray().Where(cookie => cookie.ValueKind == JsonValueKind.String).Select(cookie => cookie.GetString()))
            : AllHeaders(root).FirstOrDefault(header => header.Key.Equals("cookie", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        if (cookies.Length > 0)
            yield return new("cookie", cookies);
    }

    private static string Query(JsonElement root) => string.Join('&', Members(root, "multiValueQueryStringParameters")
        .Where(parameter => parameter.Value.ValueKind == JsonValueKind.Array)
        .SelectMany(parameter => parameter.Value.EnumerateArray().Select(
            value => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(value.ToString())}")));

    private static byte[] ReadBody(JsonElement root)
    {
        if (Member(root, "body") is not { ValueKind: JsonValueKind.String } body)
            return [];
        if (Member(root, "isBase64Encoded").ValueKind != JsonValueKind.True)
            return Encoding.UTF8.GetBytes(body.GetString()!);
        return body.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : [];
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Object } element ? element.EnumerateObject() : default;

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement element) ? element : default;

    private static string? Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } element ? element.GetString() : null;
}
