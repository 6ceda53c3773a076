using System.Text.Json;
using StreamingLambda.Emulator.Doors;

namespace StreamingLambda.Emulator.Tests;

public sealed class FunctionUrlEventTests
{
    [Fact]
    public async Task The_path_is_encoded_in_rawPath_and_decoded_in_the_context()
    {
        using JsonDocument echo = await EchoAsync("a%20b/c%2Fd/%C3%A9");
        JsonElement payload = echo.RootElement.GetProperty("event");

        Assert.Equal("2.0", payload.GetProperty("version").GetString());
        Assert.Equal("/a%20b/c%2Fd/%C3%A9", payload.GetProperty("rawPath").GetString());
        Assert.Equal("/a b/c/d/é", payload.GetProperty("requestContext").GetProperty("http").GetProperty("path").GetString());
    }

    [Fact]
    public async Task Parameters_are_decoded_and_repeated_ones_joined()
    {
        using JsonDocument echo = await EchoAsync("?x=1&x=2&plus=a+b&encoded=a%2Bb&empty=&bare&%C3%A9=%20");
        JsonElement payload = echo.RootElement.GetProperty("event");

        Assert.Equal("x=1&x=2&plus=a+b&encoded=a%2Bb&empty=&bare&%C3%A9=%20", payload.GetProperty("rawQueryString").GetString());
        Assert.Equal(
            """{"x":"1,2","plus":"a b","encoded":"a+b","empty":"","bare":"","é":" "}""",
            payload.GetProperty("queryStringParameters").GetRawText());
    }

    [Fact]
    public async Task Headers_are_lower_case_and_joined_and_cookies_are_in_both_places()
    {
        using JsonDocument echo = await EchoAsync("", request =>
        {
            request.Headers.Add("X-Own", ["1", "2"]);
            request.Headers.Add("Cookie", "a=b; c=d");
        });
        JsonElement payload = echo.RootElement.GetProperty("event");
        JsonElement headers = payload.GetProperty("headers");

        Assert.Equal("1,2", headers.GetProperty("x-own").GetString()!.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("a=b; c=d", headers.GetProperty("cookie").GetString());
        Assert.Equal("""["a=b","c=d"]""", payload.GetProperty("cookies").GetRawText());
        Assert.Equal("https", headers.GetProperty("x-forwarded-proto").GetString());
        Assert.Equal("443", headers.GetProperty("x-forwarded-port").GetString());
        Assert.StartsWith("Root=1-", headers.GetProperty("x-amzn-trace-id").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{\"é\":1}", false)]
    [InlineData("text/plain; charset=utf-8", "hello", false)]
    [InlineData("application/octet-stream", "hello", true)]
    [InlineData("application/x-www-form-urlencoded", "a=b", true)]
    public async Task A_body_is_text_or_base64_by_its_type(string type, string body, bool isBase64)
    {
        using JsonDocument echo = await EchoAsync("", request =>
        {
            request.Method = HttpMethod.Put;
            request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        });
        JsonElement payload = echo.RootElement.GetProperty("event");

        Assert.Equal(isBase64, payload.GetProperty("isBase64Encoded").GetBoolean());
        Assert.Equal(body, isBase64
            ? System.Text.Encoding.UTF8.GetString(payload.GetProperty("body").GetBytesFromBase64())
            : payload.GetProperty("body").GetString());
        Assert.Equal("PUT", payload.GetProperty("requestContext").GetProperty("http").GetProperty("method").GetString());
    }

    [Fact]
    public async Task The_context_names_nobody_when_nobody_has_to_sign()
    {
        using JsonDocument echo = await EchoAsync("");
        JsonElement context = echo.RootElement.GetProperty("event").GetProperty("requestContext");

        Assert.Equal("anonymous", context.GetProperty("accountId").GetString());
        Assert.False(context.TryGetProperty("authorizer", out _));
        Assert.Equal(
            echo.RootElement.GetProperty("next").GetProperty("Lambda-Runtime-Aws-Request-Id").GetString(),
            context.GetProperty("requestId").GetString());
        Assert.Matches(@"^\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0000$", context.GetProperty("time").GetString());
        Assert.InRange(context.GetProperty("timeEpoch").GetInt64(), 1_700_000_000_000, 4_000_000_000_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("JSON")]
    public async Task The_log_format_is_told_where_somebody_chose_one(string? format)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { LogFormat = format });
        using JsonDocument echo = await emulator.EchoAsync();

        Assert.Equal(format is not null, echo.RootElement.GetProperty("environment").TryGetProperty("AWS_LAMBDA_LOG_FORMAT", out JsonElement told));
        Assert.Equal(format, format is null ? null : told.GetString());
    }

    [Theory]
    [InlineData("?a=%FF&b=%E9", "{\"a\":\"\ufffd\",\"b\":\"\ufffd\"}")]
    public async Task Bytes_that_are_not_UTF8_are_no_text_in_the_event(string query, string parameters)
    {
        using JsonDocument echo = await EchoAsync(query);

        Assert.Equal(parameters, echo.RootElement.GetProperty("event").GetProperty("queryStringParameters").GetRawText());
    }

    [Theory]
    [InlineData("Root=\u0001")]
    [InlineData("Root=1-\u00e9")]
    public async Task A_trace_that_no_header_could_carry_is_replaced(string trace)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, "GET / HTTP/1.1", [$"X-Amzn-Trace-Id: {trace}"]);

        Assert.Equal(200, answer.Status);
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$", Assert.Single(answer.Values("X-Amzn-Trace-Id")));
    }

    [Theory]
    [InlineData("/a?b", "/a", "b")]
    [InlineData("http://host/a?b?c", "/a", "b?c")]
    [InlineData("http://host", "/", "")]
    [InlineData("http://host?a=/b", "/", "a=/b")]
    public void A_request_target_is_taken_apart_undecoded(string raw, string path, string query) =>
        Assert.Equal(new RequestTarget(path, query), RequestTarget.Parse(raw));

    private static async Task<JsonDocument> EchoAsync(string target, Action<HttpRequestMessage>? change = null)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, emulator.Client.BaseAddress + target);
        change?.Invoke(request);
        using HttpResponseMessage response = await emulator.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
