using System.Text;
using System.Text.Json;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>The events of APIs: against what AWS documents, and beside those of function URLs.</summary>
public sealed class ApiEventTests
{
    // Names and nulls: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html, "Input format".
    private static readonly string[] Members =
    [
        "body", "headers", "httpMethod", "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters", "path", "pathParameters",
        "queryStringParameters", "requestContext", "resource", "stageVariables",
    ];

    private static readonly string[] ContextMembers =
    [
        "accountId", "apiId", "deploymentId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod", "identity", "path", "protocol",
        "requestId", "requestTime", "requestTimeEpoch", "resourceId", "resourcePath", "stage",
    ];

    [Fact]
    public async Task A_rest_event_has_the_members_that_AWS_documents()
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync(
            ApiEmulator.Streaming with { StageVariables = new Dictionary<string, string> { ["colour"] = "red" } });
        using JsonDocument json = await EchoAsync(
            emulator.Port, "POST /prod/orders/a%2Fb?tag=x%20y&tag=z&empty= HTTP/1.1", ["X-Two: 1", "x-two: 2", "Cookie: a=1; b=2"], "b\u00f6dy");
        JsonElement found = json.RootElement.GetProperty("event");
        JsonElement context = found.GetProperty("requestContext");

        Assert.Equal(Members, Names(found));
        Assert.Equal(ContextMembers, Names(context));
        Assert.Equal("/orders/{id}", found.GetProperty("resource").GetString());
        Assert.Equal("/orders/a%2Fb", found.GetProperty("path").GetString());
        Assert.Equal("POST", found.GetProperty("httpMethod").GetString());
        Assert.Equal("2", found.GetProperty("headers").GetProperty("X-Two").GetString());
        Assert.Equal("""["1","2"]""", found.GetProperty("multiValueHeaders").GetProperty("X-Two").GetRawText());
        Assert.Equal("z", found.GetProperty("queryStringParameters").GetProperty("tag").GetString());
        Assert.Equal("""["x y","z"]""", found.GetProperty("multiValueQueryStringParameters").GetProperty("tag").GetRawText());
        Assert.Equal("", found.GetProperty("queryStringParameters").GetProperty("empty").GetString());
        Assert.Equal("""{"id":"a/b"}""", found.GetProperty("pathParameters").GetRawText());
        Assert.Equal("""{"colour":"red"}""", found.GetProperty("stageVariables").GetRawText());
        Assert.Equal(("/prod/orders/a%2Fb", "prod"), (context.GetProperty("path").GetString(), context.GetProperty("stage").GetString()));
        Assert.Equal(JsonValueKind.Null, context.GetProperty("identity").GetProperty("accessKey").ValueKind);
    }

    [Fact]
    public async Task What_a_rest_request_does_not_have_is_null()
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using JsonDocument json = await EchoAsync(emulator.Port, "GET /prod HTTP/1.1", [], "");
        JsonElement found = json.RootElement.GetProperty("event");

        Assert.Equal("/", found.GetProperty("path").GetString());
        Assert.All(
            (string[])["queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"],
            name => Assert.Equal(JsonValueKind.Null, found.GetProperty(name).ValueKind));
    }

    [Theory]
    [InlineData("image/png", "aGk=", true)]
    [InlineData("image/png; q=1", "aGk=", true)]
    [InlineData("application/octet-stream", "hi", false)]
    [InlineData(null, "hi", false)]
    public async Task A_body_is_base64_for_the_api_s_binary_types_only(string? contentType, string body, bool isBase64)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync(ApiEmulator.Streaming with { BinaryMediaTypes = ["image/png"] });
        using JsonDocument json = await EchoAsync(
            emulator.Port, "POST /prod/ HTTP/1.1", contentType is null ? [] : [$"Content-Type: {contentType}"], "hi");
        JsonElement found = json.RootElement.GetProperty("event");

        Assert.Equal(body, found.GetProperty("body").GetString());
        Assert.Equal(isBase64, found.GetProperty("isBase64Encoded").GetBoolean());
    }

    // The same request at both doors: what a handler reads of it is the same, but for what only one of the formats keeps.
    [Theory]
    [InlineData("GET", "/orders/7", "", "")]
    [InlineData("GET", "/orders/a%20b", "?tag=x&tag=y%2Cz&name=Zo%C3%AB&plus=a+b&empty=&flag", "")]
    [InlineData("PUT", "/orders/%E2%82%AC", "?q=%26%3D", "plain text")]
    [InlineData("POST", "/orders/7", "", "{\"name\":\"Zo\u00eb\"}")]
    [InlineData("DELETE", "/orders/7", "?a%20b=c", "")]
    public async Task A_handler_reads_the_same_from_both_kinds_of_events(string method, string path, string query, string body)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync([TestEmulator.Settings], [ApiEmulator.Streaming], TimeProvider.System);
        string[] headers = ["Accept: text/plain", "Cookie: session=1; theme=dark", "User-Agent: test/1", "Content-Type: application/json"];
        using JsonDocument url = await EchoAsync(emulator.Port, $"{method} {path}{query} HTTP/1.1", headers, body);
        using JsonDocument rest = await EchoAsync(emulator.Ports[1], $"{method} /prod{path}{query} HTTP/1.1", headers, body);
        Assert.True(FunctionUrlRequest.TryRead(Bytes(url), out FunctionUrlRequest? one));
        Assert.True(ApiGatewayRequest.TryRead(Bytes(rest), out ApiGatewayRequest? other));

        Assert.Equal(one.RequestContext.Http.Method, other.HttpMethod);
        Assert.Equal(one.RawPath, other.Path);
        Assert.Equal(one.QueryStringParameters.Keys.Order(), other.QueryStringParameters.Keys.Order());
        Assert.All(other.QueryStringParameters.Keys, name => Assert.Equal(one.GetQueryValues(name), other.GetQueryValues(name)));
        Assert.Equal(one.GetHeader("accept"), other.GetHeader("ACCEPT"));
        Assert.Equal(one.Cookies, other.Cookies);
        Assert.Equal(one.GetCookie("theme"), other.GetCookie("theme"));
        Assert.Equal(one.ReadBodyText(), other.ReadBodyText());
        Assert.Equal(one.RequestContext.Http.SourceIp, other.RequestContext.Identity.SourceIp);
        Assert.Equal(one.RequestContext.Http.UserAgent, other.RequestContext.Identity.UserAgent);
        Assert.Equal(one.RequestContext.Http.Protocol, other.RequestContext.Protocol);
        Assert.Equal(one.RequestContext.Stage == "$default", other.RequestContext.Stage == "prod");
        Assert.InRange(other.RequestContext.ReceivedAt - one.RequestContext.ReceivedAt, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        Assert.Equal(("a request to a function URL", "a request to an API Gateway REST API"),
            (EventOrigin.Describe(Bytes(url)), EventOrigin.Describe(Bytes(rest))));
    }

    private static byte[] Bytes(JsonDocument echo) => Encoding.UTF8.GetBytes(echo.RootElement.GetProperty("event").GetRawText());

    private static IEnumerable<string> Names(JsonElement element) =>
        element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);

    private static async Task<JsonDocument> EchoAsync(int port, string requestLine, string[] headers, string body)
    {
        using RawConnection connection = await RawConnection.OpenAsync(port);
        await connection.SendAsync($"{requestLine}\r\nHost: 127.0.0.1:{port}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}"
            + (body.Length > 0 ? $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n" : "") + $"\r\n{body}");
        RawAnswer answer = await connection.ReadAsync();
        Assert.True(answer.Status == 200, $"{answer.Status} {answer.Body}");
        return JsonDocument.Parse(answer.Body);
    }
}
