using System.Text.Json;

using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Testing;

/// <summary>Makes the event that a Lambda function URL sends for an HTTP request: JSON in payload format 2.0.</summary>
/// <example>
/// <code>
/// ReadOnlyMemory&lt;byte&gt; get = FunctionUrlEvent.Get("/?name=Ada", ("Accept", "text/plain"));
/// ReadOnlyMemory&lt;byte&gt; post = FunctionUrlEvent.Post("/orders", """{"id":7}""");
/// ReadOnlyMemory&lt;byte&gt; put = FunctionUrlEvent.Create("PUT", "/images/1", image, ("Content-Type", "image/png"));
/// </code>
/// </example>
public static class FunctionUrlEvent
{
    /// <summary>A GET request.</summary>
    /// <param name="pathAndQuery">As in an address: percent-encoded, the query after a question mark.</param>
    /// <param name="headers">Header names and values. Cookies go in <c>Cookie</c>, as a browser sends them.</param>
    public static ReadOnlyMemory<byte> Get(string pathAndQuery = "/", params (string Name, string Value)[] headers) =>
        Encode(EventRequest.Get(pathAndQuery, headers));

    /// <summary>A POST request with a text body; <c>Content-Type: application/json</c> unless another is given.</summary>
    /// <param name="pathAndQuery">As in an address: percent-encoded, the query after a question mark.</param>
    /// <param name="body">The body. Lambda passes text as it is, and anything else in base64 (<see cref="Create"/>).</param>
    /// <param name="headers">Header names and values.</param>
    public static ReadOnlyMemory<byte> Post(string pathAndQuery, string body, params (string Name, string Value)[] headers) =>
        Encode(EventRequest.Post(pathAndQuery, body, headers));

    /// <summary>A request of any method with a binary body, which the event carries in base64; none if it is empty.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pathAndQuery">As in an address: percent-encoded, the query after a question mark.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">Header names and values.</param>
    public static ReadOnlyMemory<byte> Create(
        string method,
        string pathAndQuery,
        ReadOnlyMemory<byte> body = default,
        params (string Name, string Value)[] headers) =>
        Encode(EventRequest.Create(method, pathAndQuery, body, headers));

    private static ReadOnlyMemory<byte> Encode(EventRequest request)
    {
        // A function URL passes header names in lower case, and the values of a repeated header or parameter joined by commas.
        Dictionary<string, string> headers = Join(request.Headers.Select(header => (header.Name.ToLowerInvariant(), header.Value)));
        Dictionary<string, string> parameters = Join(request.Parameters);

        using var buffer = new JsonBuffer(1024);
        Utf8JsonWriter json = buffer.Writer;
        json.WriteStartObject();
        json.WriteString("version"u8, "2.0");
        json.WriteString("routeKey"u8, "$default");
        json.WriteString("rawPath"u8, request.Path);
        json.WriteString("rawQueryString"u8, request.Query);
        if (headers.TryGetValue("cookie", out string? cookies))
            WriteCookies(json, cookies);
        EventRequest.WriteTexts(json, "headers", headers);
        if (parameters.Count > 0)
            EventRequest.WriteTexts(json, "queryStringParameters", parameters);
        WriteRequestContext(json, request);
        request.WriteBody(json);
        json.WriteEndObject();
        return buffer.End();
    }

    private static Dictionary<string, string> Join(IEnumerable<(string Name, string Value)> pairs) =>
        pairs.GroupBy(pair => pair.Name, pair => pair.Value).ToDictionary(group => group.Key, group => string.Join(',', group));

    private static void WriteCookies(Utf8JsonWriter json, string header)
    {
        json.WriteStartArray("cookies"u8);
        foreach (string cookie in header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            json.WriteStringValue(cookie);
        json.WriteEndArray();
    }

    private static void WriteRequestContext(Utf8JsonWriter json, EventRequest request)
    {
        json.WriteStartObject("requestContext"u8);
        json.WriteString("accountId"u8, "anonymous");
        json.WriteString("apiId"u8, "testhost");
        json.WriteString("domainName"u8, "testhost.lambda-url.eu-central-1.on.aws");
        json.WriteString("domainPrefix"u8, "testhost");
        json.WriteStartObject("http"u8);
        json.WriteString("method"u8, request.Method);
        json.WriteString("path"u8, Uri.UnescapeDataString(request.Path));
        json.WriteString("protocol"u8, "HTTP/1.1");
        json.WriteString("sourceIp"u8, "127.0.0.1");
        json.WriteString("userAgent"u8, request.UserAgent);
        json.WriteEndObject();
        json.WriteString("requestId"u8, Guid.NewGuid().ToString());
        json.WriteString("routeKey"u8, "$default");
        json.WriteString("stage"u8, "$default");
        json.WriteString("time"u8, EventRequest.Time);
        json.WriteNumber("timeEpoch"u8, EventRequest.TimeEpoch);
        json.WriteEndObject();
    }
}
