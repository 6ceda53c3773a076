using System.Net;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>HTTP APIs: payload format 2.0 in both directions, never streamed.</summary>
public sealed class HttpApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_event_has_route_and_parameters_and_a_decoded_path()
    {
        await using TestEmulator emulator = await StartAsync("$default", Route("GET", "/orders/{id}"));
        using HttpResponseMessage response = await emulator.Client.GetAsync(new Uri(emulator.Client.BaseAddress!, "orders/a%20b?x=1"), Token);
        // The test bootstrap echoes in the form of a stream, which an HTTP API takes in one piece.
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        JsonElement found = json.RootElement.GetProperty("event");

        Assert.Equal("GET /orders/{id}", found.GetProperty("routeKey").GetString());
        Assert.Equal("/orders/a b", found.GetProperty("rawPath").GetString());
        Assert.Equal("""{"id":"a b"}""", found.GetProperty("pathParameters").GetRawText());
        Assert.Equal("$default", found.GetProperty("requestContext").GetProperty("stage").GetString());
        Assert.Equal("a request to an API Gateway HTTP API", EventOrigin.Describe(Encoding.UTF8.GetBytes(found.GetRawText())));
    }

    [Theory]
    [InlineData("""{"statusCode":201,"cookies":["a=1"],"body":"text"}""", 201, "text")]
    [InlineData("""{"hello":"world"}""", 200, """{"hello":"world"}""")]
    [InlineData("not JSON", 500, """{"message":"Internal Server Error"}""")]
    public async Task The_response_is_read_as_a_function_url_s_buffered_one(string answer, int status, string body)
    {
        await using TestEmulator emulator = await StartAsync("$default", Route("ANY", "$default"));
        using HttpResponseMessage response = await emulator.RunAsync(
            "any/where", ["post", "/2018-06-01/runtime/invocation/{id}/response", answer]);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(status == 201, response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("dev", "dev/orders/7", 200)]
    [InlineData("dev", "orders/7", 404)]
    [InlineData("dev", "dev/nowhere", 404)]
    [InlineData("$default", "nowhere", 404)]
    public async Task A_path_that_is_not_there_is_a_404(string stage, string target, int status)
    {
        await using TestEmulator emulator = await StartAsync(stage, Route("GET", "/orders/{id}"));
        using HttpResponseMessage response = await emulator.Client.GetAsync(new Uri(emulator.Client.BaseAddress!, target), Token);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 404)
            Assert.Equal("""{"message":"Not Found"}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Who_does_not_sign_is_forbidden()
    {
        await using TestEmulator emulator = await StartAsync("$default", Route("GET", "/a") with { Auth = new RouteAuth(IsSigned: true) });
        using HttpResponseMessage response = await emulator.Client.GetAsync(new Uri(emulator.Client.BaseAddress!, "a"), Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("""{"message":"Forbidden"}""", await response.Content.ReadAsStringAsync(Token));
    }

    private static RouteSettings Route(string method, string resource) => ApiEmulator.Route(InvokeMode.Buffered, resource) with { Method = method };

    private static Task<TestEmulator> StartAsync(string stage, RouteSettings route) =>
        ApiEmulator.StartAsync(ApiEmulator.With(route) with { Kind = ApiKind.Http, Stage = stage });
}
