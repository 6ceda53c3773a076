using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace StreamingLambda.Runtime.Events;

/// <summary>The event of a Lambda function URL: an HTTP request in payload format 2.0.</summary>
/// <remarks>
/// <para>https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads. API Gateway's HTTP APIs send the same format.</para>
/// <para>Members that an event leaves out are empty or null, never an error: other tools that make such events are not as thorough as Lambda.</para>
/// </remarks>
/// <example>
/// <code>
/// if (FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
///     name = request.GetQuery("name") ?? "world";
/// </code>
/// </example>
public sealed record FunctionUrlRequest
{
    private readonly string _rawPath = "";
    private readonly string _rawQueryString = "";
    private readonly IReadOnlyList<string> _cookies = [];
    private readonly IReadOnlyDictionary<string, string> _headers = EventMap.Empty;
    private readonly IReadOnlyDictionary<string, string> _queryStringParameters = EventMap.Empty;
    private readonly FunctionUrlRequestContext _requestContext = new();

    /// <summary>The version of the payload format, <c>2.0</c>.</summary>
    public string? Version { get; init; }

    /// <summary><c>$default</c> for function URLs.</summary>
    public string? RouteKey { get; init; }

    /// <summary>The path as the caller sent it, still percent-encoded. <see cref="FunctionUrlHttp.Path"/> is the decoded one.</summary>
    [AllowNull]
    public string RawPath { get => _rawPath; init => _rawPath = value ?? ""; }

    /// <summary>The query as the caller sent it, without the question mark, still percent-encoded; empty if there is none.</summary>
    [AllowNull]
    public string RawQueryString { get => _rawQueryString; init => _rawQueryString = value ?? ""; }

    /// <summary>The cookies, <c>name=value</c> each. They stand in the <c>cookie</c> header too. <see cref="GetCookie"/> finds one by name.</summary>
    [AllowNull]
    public IReadOnlyList<string> Cookies { get => _cookies; init => _cookies = value ?? []; }

    /// <summary>The headers. Names are found in any case; values of a repeated header are joined by <c>,</c>.</summary>
    [AllowNull]
    public IReadOnlyDictionary<string, string> Headers { get => _headers; init => _headers = EventMap.Create(value, StringComparer.OrdinalIgnoreCase); }

    /// <summary>The query's parameters, decoded; values of a repeated one are joined by <c>,</c>. <see cref="GetQueryValues"/> keeps them apart.</summary>
    [AllowNull]
    public IReadOnlyDictionary<string, string> QueryStringParameters
    {
        get => _queryStringParameters;
        init => _queryStringParameters = EventMap.Create(value, StringComparer.Ordinal);
    }

    /// <summary>What Lambda knows about the request: method, path, caller, time.</summary>
    [AllowNull]
    public FunctionUrlRequestContext RequestContext { get => _requestContext; init => _requestContext = value ?? new(); }

    /// <summary>The body as it stands in the event: text, or base64 if <see cref="IsBase64Encoded"/>; null if there is none.
    /// <see cref="ReadBody"/> has the bytes.</summary>
    public string? Body { get; init; }

    /// <summary>Whether <see cref="Body"/> is base64, which Lambda uses for bodies of binary content types.</summary>
    public bool IsBase64Encoded { get; init; }

    /// <summary>Not used by function URLs: null.</summary>
    public IReadOnlyDictionary<string, string>? PathParameters { get; init; }

    /// <summary>Not used by function URLs: null.</summary>
    public IReadOnlyDictionary<string, string>? StageVariables { get; init; }

    /// <summary>Reads the event of an invocation.</summary>
    /// <param name="invocation">The invocation.</param>
    /// <param name="request">The request; null if the event is not one.</param>
    /// <returns>False if the event is anything else: a direct invocation's, another service's, or not JSON at all.</returns>
    public static bool TryRead(Invocation invocation, [NotNullWhen(true)] out FunctionUrlRequest? request) => TryRead(invocation.Event, out request);

    /// <summary>Reads the bytes of an event. The same as <see cref="TryRead(Invocation, out FunctionUrlRequest?)"/> otherwise.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> eventJson, [NotNullWhen(true)] out FunctionUrlRequest? request)
    {
        request = null;
        // Most other events are told apart by their first byte, without the cost of an exception.
        if (!eventJson.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
            return false;
        try
        {
            request = JsonSerializer.Deserialize(eventJson.Span, FunctionUrlJson.Default.FunctionUrlRequest);
        }
        catch (JsonException)
        {
            return false;
        }
        if (request is not { Version: "2.0", RequestContext.Http.Method.Length: > 0 })
            request = null;
        return request is not null;
    }

    /// <summary>A header's value, null if it was not sent. The name may be in any case.</summary>
    public string? GetHeader(string name) => Headers.GetValueOrDefault(name);

    /// <summary>A query parameter's value, decoded; null if it was not sent, empty for <c>?name=</c> and <c>?name</c>. A repeated one's
    /// values are joined by <c>,</c>.</summary>
    public string? GetQuery(string name) => QueryStringParameters.GetValueOrDefault(name);

    /// <summary>Every value of a query parameter in the order sent, decoded; none if it was not sent.</summary>
    public IReadOnlyList<string> GetQueryValues(string name)
    {
        var values = new List<string>();
        foreach (string pair in RawQueryString.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (DecodeQuery(equals < 0 ? pair : pair[..equals]) == name)
                values.Add(equals < 0 ? "" : DecodeQuery(pair[(equals + 1)..]));
        }
        return values;
    }

    /// <summary>A cookie's value as it was sent, null if it was not. Names are case-sensitive; of two with the same name the first counts,
    /// which belongs to the more specific path (RFC 6265, 5.4).</summary>
    public string? GetCookie(string name)
    {
        foreach (string cookie in Cookies)
        {
            if (cookie is not null && cookie.Length > name.Length && cookie[name.Length] == '=' && cookie.StartsWith(name, StringComparison.Ordinal))
                return cookie[(name.Length + 1)..];
        }
        return null;
    }

    /// <summary>The body's bytes: decoded from base64, or the text in UTF-8. Empty if there is no body.</summary>
    /// <exception cref="FormatException">The event says that its body is base64, and it is not.</exception>
    public ReadOnlyMemory<byte> ReadBody()
    {
        if (!IsBase64Encoded)
            return Encoding.UTF8.GetBytes(Body ?? "");
        try
        {
            return Convert.FromBase64String(Body ?? "");
        }
        catch (FormatException e)
        {
            throw new FormatException("The event says that its body is base64 (isBase64Encoded), but it is not.", e);
        }
    }

    /// <summary>The body as text: what was sent, or the UTF-8 text behind the base64. Empty if there is no body.</summary>
    /// <exception cref="FormatException">The event says that its body is base64, and it is not.</exception>
    public string ReadBodyText() => IsBase64Encoded ? Encoding.UTF8.GetString(ReadBody().Span) : Body ?? "";

    private static string DecodeQuery(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
