using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;

namespace StreamingLambda.Runtime.Events;

/// <summary>The event of an API Gateway REST API with a Lambda proxy integration: an HTTP request in payload format 1.0.</summary>
/// <remarks>
/// <para>https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html, "Input format".</para>
/// <para>It reads the event's bytes as <see cref="FunctionUrlRequest"/> does: each member when it is asked for. A member that the event leaves
/// out, or that is null there, is empty or null here; one of another form than AWS documents throws a <see cref="FormatException"/> when it is
/// asked for.</para>
/// <para>A REST API streams when its integration has the response transfer mode <c>STREAM</c>. Status, headers and body are written as for a
/// function URL.</para>
/// </remarks>
/// <example>
/// <code>
/// if (ApiGatewayRequest.TryRead(invocation, out ApiGatewayRequest? request))
///     id = request.PathParameters.GetValueOrDefault("id", "none");
/// </code>
/// </example>
public sealed class ApiGatewayRequest
{
    private readonly EventValue _event;
    private readonly EventHeaders _headers;
    private readonly EventBody _body;
    private Dictionary<string, string>? _query;
    private Dictionary<string, string>? _pathParameters;
    private Dictionary<string, string>? _stageVariables;
    private Dictionary<string, IReadOnlyList<string>>? _multiValueHeaders;
    private Dictionary<string, IReadOnlyList<string>>? _multiValueQuery;
    private List<string>? _cookies;

    private ApiGatewayRequest(EventValue eventValue)
    {
        _event = eventValue;
        _headers = new EventHeaders(eventValue["headers"]);
        _body = new EventBody(eventValue);
        RequestContext = new ApiGatewayRequestContext(eventValue["requestContext"]);
    }

    /// <summary>The version of the payload format: <c>1.0</c>, or null, as REST APIs leave it out.</summary>
    public string? Version => _event["version"].ReadText();

    /// <summary>The resource's path as the API defines it, such as <c>/orders/{id}</c>.</summary>
    public string Resource => _event["resource"].ReadText() ?? "";

    /// <summary>The request's path.</summary>
    public string Path => _event["path"].ReadText() ?? "";

    /// <summary>The request's method, such as <c>GET</c>.</summary>
    public string HttpMethod => _event["httpMethod"].ReadText() ?? "";

    /// <summary>The headers, found by names in any case. Of a header sent several times it has one value; <see cref="MultiValueHeaders"/> has
    /// all.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers.Texts;

    /// <summary>Every value of every header, found by names in any case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> MultiValueHeaders =>
        _multiValueHeaders ??= ReadLists("multiValueHeaders", StringComparer.OrdinalIgnoreCase);

    /// <summary>The cookies, <c>name=value</c> each, from every <c>cookie</c> header. <see cref="GetCookie"/> finds one by name.</summary>
    public IReadOnlyList<string> Cookies => _cookies ??= ReadCookies();

    /// <summary>The query's parameters, decoded. Of one sent several times it has one value; <see cref="MultiValueQueryStringParameters"/> has
    /// all.</summary>
    public IReadOnlyDictionary<string, string> QueryStringParameters => _query ??= ReadTexts("queryStringParameters");

    /// <summary>Every value of every parameter of the query, decoded.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> MultiValueQueryStringParameters =>
        _multiValueQuery ??= ReadLists("multiValueQueryStringParameters", StringComparer.Ordinal);

    /// <summary>What stands in the path for the parts in braces of <see cref="Resource"/>.</summary>
    public IReadOnlyDictionary<string, string> PathParameters => _pathParameters ??= ReadTexts("pathParameters");

    /// <summary>The variables of the API's stage.</summary>
    public IReadOnlyDictionary<string, string> StageVariables => _stageVariables ??= ReadTexts("stageVariables");

    /// <summary>What API Gateway knows about the request: caller, stage, authorizer, time.</summary>
    public ApiGatewayRequestContext RequestContext { get; }

    /// <summary>The body as it stands in the event: text, or base64 if <see cref="IsBase64Encoded"/>; null if there is none.
    /// <see cref="ReadBody()"/> has the bytes.</summary>
    public string? Body => _body.Text;

    /// <summary>Whether <see cref="Body"/> is base64, as it is for the API's binary media types.</summary>
    public bool IsBase64Encoded => _body.IsBase64Encoded;

    /// <summary>Reads the event of an invocation.</summary>
    /// <param name="invocation">The invocation.</param>
    /// <param name="request">The request; null if the event is not one.</param>
    /// <returns>True if the event is a JSON object with texts <c>httpMethod</c> and <c>resource</c>, an object <c>requestContext</c>, and no
    /// <c>version</c> or <c>1.0</c>, whatever else is in it. False if it is anything else: an Application Load Balancer's event has no
    /// <c>resource</c>, a WebSocket API's no <c>httpMethod</c>, and one that asks a Lambda authorizer has a <c>methodArn</c>.</returns>
    public static bool TryRead(Invocation invocation, [NotNullWhen(true)] out ApiGatewayRequest? request) => TryRead(invocation.Event, out request);

    /// <summary>Reads the bytes of an event. The same as <see cref="TryRead(Invocation, out ApiGatewayRequest?)"/> otherwise.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> eventJson, [NotNullWhen(true)] out ApiGatewayRequest? request)
    {
        request = EventValue.Find(eventJson) is { } found && IsRequest(found) ? new ApiGatewayRequest(found) : null;
        return request is not null;
    }

    /// <summary>A header's value, null if it was not sent. The name may be in any case. Of several values it is the one in
    /// <see cref="Headers"/>.</summary>
    public string? GetHeader(string name) => _headers.Find(name);

    /// <summary>Every value of a header in the order sent; none if it was not sent. The name may be in any case.</summary>
    public IReadOnlyList<string> GetHeaderValues(string name) => MultiValueHeaders.GetValueOrDefault(name) ?? One(GetHeader(name));

    /// <summary>A query parameter's value, decoded; null if it was not sent. Of several values it is the one in
    /// <see cref="QueryStringParameters"/>.</summary>
    public string? GetQuery(string name) => _event["queryStringParameters"][name].ReadText();

    /// <summary>Every value of a query parameter in the order sent, decoded; none if it was not sent.</summary>
    public IReadOnlyList<string> GetQueryValues(string name) => MultiValueQueryStringParameters.GetValueOrDefault(name) ?? One(GetQuery(name));

    /// <summary>A cookie's value as it was sent, null if it was not. Names are case-sensitive; of two with the same name the first counts,
    /// which belongs to the more specific path (RFC 6265, 5.4).</summary>
    public string? GetCookie(string name)
    {
        foreach (string cookie in Cookies)
        {
            if (EventHeaders.ReadCookie(cookie, name) is { } found)
                return found;
        }
        return null;
    }

    /// <inheritdoc cref="FunctionUrlRequest.ReadBody()" />
    public ReadOnlyMemory<byte> ReadBody() => _body.Read();

    /// <inheritdoc cref="FunctionUrlRequest.ReadBodyText" />
    public string ReadBodyText() => _body.ReadText();

    /// <inheritdoc cref="FunctionUrlRequest.ReadBody{T}" />
    public T? ReadBody<T>(JsonTypeInfo<T> typeInfo) => _body.Read(typeInfo);

    internal static bool IsRequest(EventValue eventValue) =>
        eventValue["httpMethod"].IsText && eventValue["resource"].IsText && eventValue["requestContext"].IsObject && eventValue["methodArn"].IsNull
        && eventValue["version"] is var version && (version.IsNull || (version.IsText && version.ReadText() == "1.0"));

    private Dictionary<string, string> ReadTexts(string name) => _event[name].ReadTexts(StringComparer.Ordinal);

    private Dictionary<string, IReadOnlyList<string>> ReadLists(string name, StringComparer comparer)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>(comparer);
        foreach ((string key, EventValue values) in _event[name].ReadMembers(comparer))
            lists.Add(key, values.ReadTextList());
        return lists;
    }

    private List<string> ReadCookies()
    {
        var cookies = new List<string>();
        foreach (string header in GetHeaderValues("cookie"))
            cookies.AddRange(header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return cookies;
    }

    private static IReadOnlyList<string> One(string? value) => value is null ? [] : [value];
}
