using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>What the platform tells browsers in the function's place.</summary>
public sealed class CorsTests
{
    private const string Page = "https://www.example.com";
    private static readonly string Ran = TestEmulator.Script(["print", "it ran"], ["head"], ["chunk", "fine"], ["end"]);

    private static readonly CorsSettings Cors = new()
    {
        AllowOrigins = [Page],
        AllowMethods = ["GET", "POST"],
        AllowHeaders = ["content-type", "x-own"],
        ExposeHeaders = ["x-count"],
        MaxAge = 600,
    };

    [Fact]
    public async Task A_preflight_is_answered_without_the_function_and_without_a_signature()
    {
        await using TestEmulator emulator = await StartAsync(Cors, AuthType.AwsIam);
        RawAnswer answer = await PreflightAsync(emulator, Page);

        Assert.Equal(200, answer.Status);
        Assert.Equal([Page], answer.Values("Access-Control-Allow-Origin"));
        Assert.Equal(["GET,POST"], answer.Values("Access-Control-Allow-Methods"));
        Assert.Equal(["content-type,x-own"], answer.Values("Access-Control-Allow-Headers"));
        Assert.Equal(["600"], answer.Values("Access-Control-Max-Age"));
        Assert.Equal(["Origin"], answer.Values("Vary"));
        Assert.Equal("", answer.Body);
        Assert.Empty(emulator.Console.Lines);
    }

    [Fact]
    public async Task A_preflight_of_another_origin_is_answered_without_what_would_let_it_in()
    {
        await using TestEmulator emulator = await StartAsync(Cors);
        RawAnswer answer = await PreflightAsync(emulator, "https://evil.example");

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(answer.Headers, header => header.StartsWith("Access-Control-", StringComparison.Ordinal));
        await emulator.Console.LineAsync("A web page of https://evil.example asked whether it may call");
    }

    [Fact]
    public async Task The_answer_to_an_allowed_page_has_the_headers_also_where_it_is_an_error()
    {
        await using TestEmulator emulator = await StartAsync(Cors);
        RawAnswer answer = await PostAsync(emulator, Page, Ran);
        RawAnswer failed = await PostAsync(emulator, Page, TestEmulator.Script(["post", "/2018-06-01/runtime/invocation/{id}/error", "{}"]));

        Assert.Equal([200, 502], [answer.Status, failed.Status]);
        Assert.All([answer, failed], one => Assert.Equal([Page], one.Values("Access-Control-Allow-Origin")));
        Assert.All([answer, failed], one => Assert.Equal(["x-count"], one.Values("Access-Control-Expose-Headers")));
    }

    [Fact]
    public async Task A_page_that_is_not_allowed_does_not_run_the_function_and_one_of_this_machine_gets_no_headers()
    {
        await using TestEmulator emulator = await StartAsync(Cors);
        RawAnswer foreign = await PostAsync(emulator, "https://evil.example", Ran);
        Assert.Equal(403, foreign.Status);
        Assert.DoesNotContain("[test] it ran", emulator.Console.Lines);

        RawAnswer local = await PostAsync(emulator, "http://localhost:5173", Ran);
        Assert.Equal(200, local.Status);
        Assert.Empty(local.Values("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(false, "*", "*")]
    [InlineData(true, "https://any.example", "PATCH")]
    public async Task A_star_lets_all_in_and_is_named_where_there_are_cookies(bool credentials, string origin, string methods)
    {
        var cors = new CorsSettings { AllowOrigins = ["*"], AllowMethods = ["*"], AllowCredentials = credentials };
        await using TestEmulator emulator = await StartAsync(cors);
        RawAnswer answer = await PreflightAsync(emulator, "https://any.example", "PATCH");

        Assert.Equal([origin], answer.Values("Access-Control-Allow-Origin"));
        Assert.Equal([methods], answer.Values("Access-Control-Allow-Methods"));
        Assert.Equal(credentials ? ["true"] : [], answer.Values("Access-Control-Allow-Credentials"));
        Assert.Equal(200, (await PostAsync(emulator, "https://any.example", Ran)).Status);
    }

    [Fact]
    public async Task What_the_function_says_itself_stands_beside_it_as_on_AWS()
    {
        await using TestEmulator emulator = await StartAsync(Cors);
        const string PreludeType = "Content-Type: application/vnd.awslambda.http-integration-response";
        const string Prelude = "{\"headers\":{\"Access-Control-Allow-Origin\":\"*\"}}\\0\\0\\0\\0\\0\\0\\0\\0";
        RawAnswer answer = await PostAsync(emulator, Page, TestEmulator.Script(["head", PreludeType], ["chunk", Prelude, "x"], ["end"]));

        Assert.Equal([Page, "*"], answer.Values("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Without_settings_the_function_answers_preflights_of_this_machines_pages_itself()
    {
        await using TestEmulator emulator = await StartAsync(null);
        RawAnswer local = await PreflightAsync(emulator, "http://localhost:5173");
        RawAnswer foreign = await PreflightAsync(emulator, Page);

        Assert.Contains("\"method\":\"OPTIONS\"", local.Body, StringComparison.Ordinal);
        Assert.Equal(403, foreign.Status);
    }

    [Fact]
    public async Task OPTIONS_that_is_no_preflight_reaches_the_function()
    {
        await using TestEmulator emulator = await StartAsync(Cors);
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, "OPTIONS / HTTP/1.1", [$"Origin: {Page}"]);

        Assert.Contains("\"method\":\"OPTIONS\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CORS_settings_open_the_function_and_no_other_door()
    {
        await using TestEmulator emulator = await StartAsync(new CorsSettings { AllowOrigins = ["*"] });
        RawAnswer invoke = await RawClient.SendAsync(emulator.Port, "POST /invoke HTTP/1.1", [$"Origin: {Page}"], Ran);
        RawAnswer api = await RawClient.SendAsync(emulator.Port, "POST /2015-03-31/functions/test/invocations HTTP/1.1", [$"Origin: {Page}"], Ran);

        Assert.Equal([403, 403], [invoke.Status, api.Status]);
        Assert.DoesNotContain("[test] it ran", emulator.Console.Lines);
    }

    private static Task<TestEmulator> StartAsync(CorsSettings? cors, AuthType auth = AuthType.None) =>
        TestEmulator.StartAsync(TestEmulator.Settings with { Cors = cors, AuthType = auth });

    private static Task<RawAnswer> PreflightAsync(TestEmulator emulator, string origin, string method = "POST") => RawClient.SendAsync(
        emulator.Port,
        "OPTIONS /any HTTP/1.1",
        [$"Origin: {origin}", $"Access-Control-Request-Method: {method}", "Access-Control-Request-Headers: x-own"]);

    private static Task<RawAnswer> PostAsync(TestEmulator emulator, string origin, string body) =>
        RawClient.SendAsync(emulator.Port, "POST /any HTTP/1.1", [$"Origin: {origin}", "Content-Type: application/json"], body);
}
