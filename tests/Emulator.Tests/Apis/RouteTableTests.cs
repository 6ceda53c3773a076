using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.Apis;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>Which route a request takes.</summary>
public sealed class RouteTableTests
{
    private static readonly string[] Orders =
        ["GET /", "GET /orders", "POST /orders", "GET /orders/{id}", "GET /orders/open", "ANY /orders/{id}/{proxy+}", "ANY /{proxy+}"];

    [Theory]
    [InlineData("GET", "/", "GET /", "")]
    [InlineData("GET", "/orders", "GET /orders", "")]
    [InlineData("GET", "/orders/", "GET /orders", "")]
    [InlineData("POST", "/orders", "POST /orders", "")]
    [InlineData("GET", "/orders/open", "GET /orders/open", "")]
    [InlineData("GET", "/orders/7", "GET /orders/{id}", "id=7")]
    [InlineData("GET", "/orders/a%2Fb%20c+d", "GET /orders/{id}", "id=a/b c+d")]
    [InlineData("GET", "/orders/7/lines", "ANY /orders/{id}/{proxy+}", "id=7;proxy=lines")]
    [InlineData("PUT", "/orders/7/lines/2/x", "ANY /orders/{id}/{proxy+}", "id=7;proxy=lines/2/x")]
    [InlineData("GET", "/elsewhere", "ANY /{proxy+}", "proxy=elsewhere")]
    [InlineData("GET", "/else/where", "ANY /{proxy+}", "proxy=else/where")]
    // The resource is decided on before the method.
    [InlineData("POST", "/", null, "")]
    [InlineData("POST", "/orders/7", null, "")]
    [InlineData("DELETE", "/orders/open", null, "")]
    public void The_resource_that_fits_most_closely_is_taken(string method, string path, string? route, string parameters) =>
        AssertRoute(ApiKind.Rest, Orders, method, path, route, parameters);

    [Theory]
    [InlineData("POST", "/orders/7", "ANY /{proxy+}", "proxy=orders/7")]
    [InlineData("DELETE", "/orders/open", "ANY /{proxy+}", "proxy=orders/open")]
    public void An_http_api_looks_for_a_route_with_the_method(string method, string path, string? route, string parameters) =>
        AssertRoute(ApiKind.Http, Orders, method, path, route, parameters);

    [Theory]
    [InlineData("GET", "/a", "GET /a")]
    [InlineData("POST", "/a", "ANY $default")]
    [InlineData("POST", "/", "ANY $default")]
    public void The_default_route_of_an_http_api_takes_what_no_other_does(string method, string path, string route) =>
        AssertRoute(ApiKind.Http, ["GET /a", "ANY $default"], method, path, route, "");

    [Theory]
    [InlineData("/a//b")]
    [InlineData("/a")]
    public void A_parameter_is_never_empty(string path) => AssertRoute(ApiKind.Rest, ["GET /a/{x}/b", "GET /a/{x}"], "GET", path, null, "");

    private static void AssertRoute(ApiKind kind, string[] routes, string method, string path, string? expected, string parameters)
    {
        RouteMatch? match = new RouteTable([.. routes.Select(Route)], kind).Find(method, path);

        Assert.Equal(expected, match is null ? null : $"{match.Route.Method} {match.Route.Resource}");
        Assert.Equal(parameters, string.Join(';', match?.Parameters.Select(pair => $"{pair.Key}={pair.Value}") ?? []));
    }

    private static RouteSettings Route(string text) =>
        new() { Method = text.Split(' ')[0], Resource = text.Split(' ')[1], Function = "test" };
}
