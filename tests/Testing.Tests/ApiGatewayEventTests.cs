using System.Text.Json;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Testing.Tests;

public sealed class ApiGatewayEventTests
{
    private static readonly string[] Texts = ["queryStringParameters", "pathParameters", "stageVariables", "body"];
    private static readonly string[] Lists = ["multiValueHeaders", "multiValueQueryStringParameters"];

    [Fact]
    public void A_GET_reads_back_as_it_was_asked_for()
    {
        ApiGatewayRequest request = Read(new ApiGatewayEvent("/orders/{id}/{part}", stage: "v1").Get(
            "/orders/a%2Fb%20c/x+y?name=Ada+L&tag=1&tag=2%2C3&Tag=4&bare", ("Accept", "text/plain"), ("X-A", "1"), ("x-a", "2")));

        Assert.Equal(("GET", "GET"), (request.HttpMethod, request.RequestContext.HttpMethod));
        Assert.Equal(("/orders/{id}/{part}", "/orders/{id}/{part}"), (request.Resource, request.RequestContext.ResourcePath));
        Assert.Equal("/orders/a%2Fb%20c/x+y", request.Path);
        Assert.Equal(("v1", "/v1/orders/a%2Fb%20c/x+y"), (request.RequestContext.Stage, request.RequestContext.Path));
        Assert.Equal(new Dictionary<string, string> { ["id"] = "a/b c", ["part"] = "x+y" }, request.PathParameters);
        Assert.Equal("Ada L", request.GetQuery("name"));
        Assert.Equal("2,3", request.GetQuery("tag"));
        Assert.Equal(["1", "2,3"], request.GetQueryValues("tag"));
        Assert.Equal(["4"], request.GetQueryValues("Tag"));
        Assert.Equal("", request.GetQuery("bare"));
        Assert.Equal("text/plain", request.GetHeader("accept"));
        Assert.Contains("Accept", request.Headers.Keys);
        Assert.Equal("2", request.GetHeader("x-a"));
        Assert.Equal(["1", "2"], request.GetHeaderValues("x-a"));
        Assert.Null(request.Body);
        Assert.False(request.IsBase64Encoded);
        Assert.Equal("127.0.0.1", request.RequestContext.Identity.SourceIp);
        Assert.Null(request.RequestContext.Identity.UserArn);
        Assert.Equal("01/Jan/2026:00:00:00 +0000", request.RequestContext.RequestTime);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), request.RequestContext.ReceivedAt);
    }

    [Fact]
    public void Cookies_come_from_every_header_of_them()
    {
        ApiGatewayRequest request = Read(new ApiGatewayEvent().Get("/", ("Cookie", "a=1; b=2=3"), ("cookie", "c=4")));

        Assert.Equal(["a=1", "b=2=3", "c=4"], request.Cookies);
        Assert.Equal("2=3", request.GetCookie("b"));
    }

    [Fact]
    public void A_POST_has_a_text_body_and_a_content_type()
    {
        ApiGatewayRequest json = Read(new ApiGatewayEvent().Post("/orders", """{"a":"ë"}"""));
        ApiGatewayRequest text = Read(new ApiGatewayEvent().Post("/orders", "plain", ("content-type", "text/plain")));

        Assert.Equal("POST", json.HttpMethod);
        Assert.Equal("""{"a":"ë"}""", json.ReadBodyText());
        Assert.Equal(["application/json"], json.GetHeaderValues("Content-Type"));
        Assert.Equal(["text/plain"], text.GetHeaderValues("Content-Type"));
        Assert.False(text.IsBase64Encoded);
    }

    [Fact]
    public void A_binary_body_travels_in_base64()
    {
        ApiGatewayRequest request = Read(new ApiGatewayEvent("/images/{name+}").Create("PUT", "/images/a/b", new byte[] { 0, 255, 1 }));

        Assert.Equal("PUT", request.HttpMethod);
        Assert.True(request.IsBase64Encoded);
        Assert.Equal([0, 255, 1], request.ReadBody().ToArray());
        Assert.Equal("a/b", request.PathParameters["name"]);
    }

    [Theory]
    [InlineData("/", "/", null)]
    [InlineData("/a", "/{proxy+}", "a")]
    [InlineData("/a%20b//c/", "/{proxy+}", "a b//c")]
    public void Without_a_resource_every_path_is_the_function_s(string path, string resource, string? proxy)
    {
        ApiGatewayRequest request = Read(new ApiGatewayEvent().Get(path));

        Assert.Equal((resource, path, "prod"), (request.Resource, request.Path, request.RequestContext.Stage));
        Assert.Equal(proxy, request.PathParameters.GetValueOrDefault("proxy"));
    }

    [Fact]
    public void The_stage_has_its_variables()
    {
        var api = new ApiGatewayEvent { StageVariables = new Dictionary<string, string> { ["colour"] = "red" } };

        Assert.Equal("red", Read(api.Get()).StageVariables["colour"]);
    }

    // As AWS documents it: the members are there, and null.
    [Fact]
    public void What_a_request_does_not_have_is_null()
    {
        using var json = JsonDocument.Parse(new ApiGatewayEvent().Get("/"));

        Assert.All((string[])["headers", .. Texts, .. Lists], name => Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty(name).ValueKind));
        Assert.False(json.RootElement.TryGetProperty("version", out _));
    }

    [Fact]
    public void No_event_is_read_as_one_of_the_other_kind()
    {
        var api = new ApiGatewayEvent();
        ReadOnlyMemory<byte>[] rest = [api.Get(), api.Post("/", "{}"), api.Create("PUT", "/1")];
        ReadOnlyMemory<byte>[] url = [FunctionUrlEvent.Get(), FunctionUrlEvent.Post("/", "{}"), FunctionUrlEvent.Create("PUT", "/1")];

        Assert.All(rest, found => Assert.Equal((true, false), (ApiGatewayRequest.TryRead(found, out _), FunctionUrlRequest.TryRead(found, out _))));
        Assert.All(url, found => Assert.Equal((false, true), (ApiGatewayRequest.TryRead(found, out _), FunctionUrlRequest.TryRead(found, out _))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("?a=1")]
    public void A_path_that_is_none_is_refused(string pathAndQuery)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ApiGatewayEvent().Get(pathAndQuery));

        Assert.Contains("does not begin with '/'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/orders/{id}", "/orders")]
    [InlineData("/orders/{id}", "/orders/7/lines")]
    [InlineData("/orders/{id}", "/prod/orders/7")]
    [InlineData("/orders/{id}/lines", "/orders//lines")]
    [InlineData("/orders", "/Orders")]
    [InlineData("/files/{proxy+}", "/files/")]
    public void A_path_that_does_not_fit_the_resource_is_refused(string resource, string path)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ApiGatewayEvent(resource).Get(path));

        Assert.Contains($"The path '{path}' does not fit the resource '{resource}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders/{id}", "prod", "does not begin with '/'")]
    [InlineData("", "prod", "does not begin with '/'")]
    [InlineData("/{proxy+}/lines", "prod", "something follows '{proxy+}'")]
    [InlineData("/", "", "empty")]
    public void A_resource_or_stage_that_no_API_has_is_refused(string resource, string stage, string reason)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ApiGatewayEvent(resource, stage));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static ApiGatewayRequest Read(ReadOnlyMemory<byte> eventJson)
    {
        Assert.True(ApiGatewayRequest.TryRead(eventJson, out ApiGatewayRequest? request));
        return request;
    }
}
