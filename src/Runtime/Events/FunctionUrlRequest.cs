using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingLambda.Runtime.Events;

/// <summary>The event of a Lambda function URL: an HTTP request in payload format 2.0.</summary>
/// <remarks>
/// <para>https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads. API Gateway's HTTP APIs send the same format; its REST
/// APIs do not (<see cref="ApiGatewayRequest"/>).</para>
/// <para>It reads the event's bytes: each member when it is asked for, and no others. A member that the event leaves out, or that is null there, is
/// empty or null here: other tools that make such events are not as thorough as Lambda. One that has another form than AWS documents, such as a
/// number where text belongs, throws a <see cref="FormatException"/> that names it, when it is asked for.</para>
/// <para>A request holds what the caller may want kept secret. Log single members, not all of them: <c>ToString</c> says no more than the type's
/// name.</para>
/// </remarks>
/// <example>
/// <code>
/// if (FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
///     name = request.GetQuery("name") ?? "world";
/// </code>
/// </example>
public sealed class FunctionUrlRequest
{
    private readonly EventValue _event;
    private readonly EventHeaders _headers;
    private readonly EventBody _body;
    private Dictionary<string, string>? _query;
    private List<string>? _cookies;

    private FunctionUrlRequest(EventValue eventValue)
    {
        _event = eventValue;
        _headers = new EventHeaders(eventValue["headers"]);
        _body = new EventBody(eventValue);
        RequestContext = new FunctionUrlRequestContext(eventValue["requestContext"]);
    }

    /// <summary>The version of the payload format, <c>2.0</c>.</summary>
    public string? Version => _event["version"].ReadText();

    /// <summary><c>$default</c> for function URLs.</summary>
    public string? RouteKey => _event["routeKey"].ReadText();

    /// <summary>The path as the caller sent it, still percent-encoded. <see cref="FunctionUrlHttp.Path"/> is the decoded one.</summary>
    public string RawPath => _event["rawPath"].ReadText() ?? "";

    /// <summary>The query as the caller sent it, without the question mark, still percent-encoded; empty if there is none.</summary>
    public string RawQueryString => _event["rawQueryString"].ReadText() ?? "";

    /// <summary>The cookies, <c>name=value</c> each. They stand in the <c>cookie</c> header too. <see cref="GetCookie"/> finds one by name.</summary>
    public IReadOnlyList<string> Cookies => _cookies ??= _event["cookies"].ReadTextList();

    /// <summary>The headers. Names are found in any case; values of a repeated header are joined by <c>,</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers.Texts;

    /// <summary>The query's parameters, decoded; values of a repeated one are joined by <c>,</c>. <see cref="GetQueryValues"/> keeps them
    /// apart.</summary>
    public IReadOnlyDictionary<string, string> QueryStringParameters => _query ??= _event["queryStringParameters"].ReadTexts(StringComparer.Ordinal);

    /// <summary>What Lambda knows about the request: method, path, caller, time.</summary>
    public FunctionUrlRequestContext RequestContext { get; }

    /// <summary>The body as it stands in the event: text, or base64 if <see cref="IsBase64Encoded"/>; null if there is none.
    /// <see cref="ReadBody()"/> has the bytes.</summary>
    public string? Body => _body.Text;

    /// <summary>Whether <see cref="Body"/> is base64, which Lambda uses for bodies of binary content types.</summary>
    public bool IsBase64Encoded => _body.IsBase64Encoded;

    /// <summary>Not used by function URLs: null.</summary>
    public IReadOnlyDictionary<string, string>? PathParameters => ReadUnused("pathParameters");

    /// <summary>Not used by function URLs: null.</summary>
    public IReadOnlyDictionary<string, string>? StageVariables => ReadUnused("stageVariables");

    /// <summary>Reads the event of an invocation.</summary>
    /// <param name="invocation">The invocation.</param>
    /// <param name="request">The request; null if the event is not one.</param>
    /// <returns>True if the event is a JSON object with the <c>version</c> <c>2.0</c> and an object <c>requestContext.http</c>, whatever else is in
    /// it. False if it is anything else: a direct invocation's, another service's, or not JSON at all. One that asks a Lambda authorizer has a
    /// <c>routeArn</c>.</returns>
    public static bool TryRead(Invocation invocation, [NotNullWhen(true)] out FunctionUrlRequest? request) => TryRead(invocation.Event, out request);

    /// <summary>Reads the bytes of an event. The same as <see cref="TryRead(Invocation, out FunctionUrlRequest?)"/> otherwise.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> eventJson, [NotNullWhen(true)] out FunctionUrlRequest? request)
    {
        request = EventValue.Find(eventJson) is { } found && IsRequest(found) ? new FunctionUrlRequest(found) : null;
        return request is not null;
    }

    /// <summary>A header's value, null if it was not sent. The name may be in any case.</summary>
    public string? GetHeader(string name) => _headers.Find(name);

    /// <summary>A query parameter's value, decoded; null if it was not sent, empty for <c>?name=</c> and <c>?name</c>. A repeated one's
    /// values are joined by <c>,</c>.</summary>
    public string? GetQuery(string name) => _event["queryStringParameters"][name].ReadText();

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
        foreach (EventValue value in _event["cookies"].ReadElements())
        {
            if (value.IsText && EventHeaders.ReadCookie(value.ReadText()!, name) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>The body's bytes: decoded from base64, or the text in UTF-8. Empty if there is no body.</summary>
    /// <remarks>They are the event's own bytes where the event has them as they are, and a copy where it has escapes or base64.</remarks>
    /// <exception cref="FormatException">The event says that its body is base64, and it is not; or the body is not text.</exception>
    public ReadOnlyMemory<byte> ReadBody() => _body.Read();

    /// <summary>The body as text: what was sent, or the UTF-8 text behind the base64, without a byte order mark before it. Empty if there is no
    /// body.</summary>
    /// <exception cref="FormatException">The event says that its body is base64, and it is not; or the body is not text.</exception>
    public string ReadBodyText() => _body.ReadText();

    /// <summary>Reads the body as <typeparamref name="T"/>, straight from the event's bytes.</summary>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <returns>The value, null when the body is the JSON literal <c>null</c>.</returns>
    /// <exception cref="JsonException">The body is empty, not JSON or does not fit the type, path and line say where; or the event's body cannot be
    /// read at all.</exception>
    /// <example><code>Order? order = request.ReadBody(OrderJson.Default.Order);</code></example>
    public T? ReadBody<T>(JsonTypeInfo<T> typeInfo) => _body.Read(typeInfo);

    internal static bool IsRequest(EventValue eventValue) =>
        eventValue["version"] is { IsText: true } version && version.ReadText() == "2.0"
        && eventValue["requestContext"] is { IsObject: true } context && context["http"].IsObject && eventValue["routeArn"].IsNull;

    private Dictionary<string, string>? ReadUnused(string name) =>
        _event[name] is { IsNull: false } value ? value.ReadTexts(StringComparer.Ordinal) : null;

    private static string DecodeQuery(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
