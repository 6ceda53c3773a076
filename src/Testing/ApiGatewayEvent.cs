using System.Text.Json;

using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Testing;

/// <summary>Makes the events that an API Gateway REST API sends for HTTP requests to one of its resources: JSON in payload format 1.0.</summary>
/// <remarks>https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html, "Input format".</remarks>
/// <example>
/// <code>
/// var orders = new ApiGatewayEvent("/orders/{id}", stage: "v1");
/// ReadOnlyMemory&lt;byte&gt; get = orders.Get("/orders/7?tag=new&amp;tag=urgent", ("Accept", "text/plain"));
/// ReadOnlyMemory&lt;byte&gt; post = new ApiGatewayEvent().Post("/orders", """{"id":7}""");
/// ReadOnlyMemory&lt;byte&gt; put = new ApiGatewayEvent("/images/{name+}").Create("PUT", "/images/1", image, ("Content-Type", "image/png"));
/// </code>
/// </example>
public sealed class ApiGatewayEvent
{
    private const string ApiId = "testhost00";

    private static readonly ResourcePath Root = new("/");
    private static readonly ResourcePath Proxy = new("/{proxy+}");

    private readonly ResourcePath? _resource;
    private readonly string _stage;

    /// <summary>For the requests to a resource.</summary>
    /// <param name="resource">The resource's path as the API defines it, such as <c>/orders/{id}</c>. Null: the API sends every path to the
    /// function, by the two resources <c>/</c> and <c>/{proxy+}</c>.</param>
    /// <param name="stage">The API's stage.</param>
    /// <exception cref="ArgumentException">The resource does not begin with a slash, or has a part like <c>{proxy+}</c> that is not the last; or the
    /// stage is empty.</exception>
    public ApiGatewayEvent(string? resource = null, string stage = "prod")
    {
        ArgumentException.ThrowIfNullOrEmpty(stage);
        _resource = resource is null ? null : new ResourcePath(resource);
        _stage = stage;
    }

    /// <summary>The variables of the stage; none if it is not set.</summary>
    public IReadOnlyDictionary<string, string> StageVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>A GET request.</summary>
    /// <param name="pathAndQuery">As in an address, but without the stage: percent-encoded, the query after a question mark.</param>
    /// <param name="headers">Header names and values. Cookies go in <c>Cookie</c>, as a browser sends them.</param>
    /// <exception cref="ArgumentException">The path does not fit the resource.</exception>
    public ReadOnlyMemory<byte> Get(string pathAndQuery = "/", params (string Name, string Value)[] headers) =>
        Encode(EventRequest.Get(pathAndQuery, headers));

    /// <summary>A POST request with a text body; <c>Content-Type: application/json</c> unless another is given.</summary>
    /// <param name="pathAndQuery">As in an address, but without the stage: percent-encoded, the query after a question mark.</param>
    /// <param name="body">The body. API Gateway passes it as text unless its type is one of the API's binary media types
    /// (<see cref="Create"/>).</param>
    /// <param name="headers">Header names and values.</param>
    /// <exception cref="ArgumentException">The path does not fit the resource.</exception>
    public ReadOnlyMemory<byte> Post(string pathAndQuery, string body, params (string Name, string Value)[] headers) =>
        Encode(EventRequest.Post(pathAndQuery, body, headers));

    /// <summary>A request of any method with a binary body, which the event carries in base64; none if it is empty.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pathAndQuery">As in an address, but without the stage: percent-encoded, the query after a question mark.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">Header names and values.</param>
    /// <exception cref="ArgumentException">The path does not fit the resource.</exception>
    public ReadOnlyMemory<byte> Create(
        string method,
        string pathAndQuery,
        ReadOnlyMemory<byte> body = default,
        params (string Name, string Value)[] headers) =>
        Encode(EventRequest.Create(method, pathAndQuery, body, headers));

    private ReadOnlyMemory<byte> Encode(EventRequest request)
    {
        ResourcePath resource = _resource ?? (request.Path.Trim('/').Length == 0 ? Root : Proxy);
        Dictionary<string, string> pathParameters = resource.Match(request.Path) ?? throw new ArgumentException(
            $"The path '{request.Path}' does not fit the resource '{resource.Text}', so API Gateway would not send it there. "
            + "Give a path that fits, without the stage.");

        using var buffer = new JsonBuffer(2048);
        Utf8JsonWriter json = buffer.Writer;
        json.WriteStartObject();
        json.WriteString("resource"u8, resource.Text);
        json.WriteString("path"u8, request.Path);
        json.WriteString("httpMethod"u8, request.Method);
        WriteValues(json, "headers", "multiValueHeaders", request.Headers, StringComparer.OrdinalIgnoreCase);
        WriteValues(json, "queryStringParameters", "multiValueQueryStringParameters", request.Parameters, StringComparer.Ordinal);
        WriteTexts(json, "pathParameters", pathParameters);
        WriteTexts(json, "stageVariables", StageVariables);
        WriteRequestContext(json, request, resource);
        if (!request.HasBody)
            json.WriteNull("body"u8);
        request.WriteBody(json);
        json.WriteEndObject();
        return buffer.End();
    }

    // Two members for each: the last value alone, and all of them. Names of headers stay as they were sent.
    private static void WriteValues(
        Utf8JsonWriter json, string single, string multiple, IEnumerable<(string Name, string Value)> pairs, StringComparer comparer)
    {
        ILookup<string, string> values = pairs.ToLookup(pair => pair.Name, pair => pair.Value, comparer);
        WriteTexts(json, single, values.ToDictionary(group => group.Key, group => group.Last()));
        if (values.Count == 0)
        {
            json.WriteNull(multiple);
            return;
        }
        json.WriteStartObject(multiple);
        foreach (IGrouping<string, string> group in values)
        {
            json.WriteStartArray(group.Key);
            foreach (string value in group)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    // API Gateway has null for what is empty.
    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Count == 0)
            json.WriteNull(name);
        else
            EventRequest.WriteTexts(json, name, texts);
    }

    private void WriteRequestContext(Utf8JsonWriter json, EventRequest request, ResourcePath resource)
    {
        json.WriteStartObject("requestContext"u8);
        json.WriteString("accountId"u8, "123456789012");
        json.WriteString("apiId"u8, ApiId);
        json.WriteString("deploymentId"u8, "test00");
        json.WriteString("domainName"u8, $"{ApiId}.execute-api.eu-central-1.amazonaws.com");
        json.WriteString("domainPrefix"u8, ApiId);
        json.WriteString("extendedRequestId"u8, "dGVzdGhvc3Q=");
        json.WriteString("httpMethod"u8, request.Method);
        WriteIdentity(json, request);
        json.WriteString("path"u8, $"/{_stage}{request.Path}");
        json.WriteString("protocol"u8, "HTTP/1.1");
        json.WriteString("requestId"u8, Guid.NewGuid().ToString());
        json.WriteString("requestTime"u8, EventRequest.Time);
        json.WriteNumber("requestTimeEpoch"u8, EventRequest.TimeEpoch);
        json.WriteString("resourceId"u8, "test00");
        json.WriteString("resourcePath"u8, resource.Text);
        json.WriteString("stage"u8, _stage);
        json.WriteEndObject();
    }

    // A caller who did not sign: API Gateway has null for all that it does not know.
    private static void WriteIdentity(Utf8JsonWriter json, EventRequest request)
    {
        json.WriteStartObject("identity"u8);
        foreach (string unknown in (ReadOnlySpan<string>)[
            "accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType", "cognitoIdentityId",
            "cognitoIdentityPoolId", "principalOrgId", "user", "userArn"])
        {
            json.WriteNull(unknown);
        }
        json.WriteString("sourceIp"u8, "127.0.0.1");
        json.WriteString("userAgent"u8, request.UserAgent);
        json.WriteEndObject();
    }
}
