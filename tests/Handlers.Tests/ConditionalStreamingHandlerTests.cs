using System.Text;
using System.Text.Json;

using StreamingLambda.Testing;

namespace StreamingLambda.Handlers.Tests;

public sealed class ConditionalStreamingHandlerTests
{
    private readonly ManualClock _clock = new() { AutoAdvance = true };

    public static TheoryData<string> EventsWithoutScenario() =>
    [
        "\"this is not used\"", "{}", "[]", "42", "not JSON at all", "",
        Encoding.UTF8.GetString(FunctionUrlEvent.Get("/").Span),
        Encoding.UTF8.GetString(FunctionUrlEvent.Get("/?scenario=stream").Span),
        Encoding.UTF8.GetString(FunctionUrlEvent.Post("/", "").Span),
        Encoding.UTF8.GetString(FunctionUrlEvent.Post("/", "{}").Span),
        Encoding.UTF8.GetString(FunctionUrlEvent.Post("/", "null").Span),
        Encoding.UTF8.GetString(FunctionUrlEvent.Post("/", "\ufeff{}").Span),
        Encoding.UTF8.GetString(FunctionUrlEvent.Post("/", """{"scenario":null,"other":[1]}""").Span),
    ];

    [Theory]
    [MemberData(nameof(EventsWithoutScenario))]
    public async Task Without_a_scenario_it_streams_five_elements_half_a_second_apart(string eventJson)
    {
        TestResponse response = await CreateHost().InvokeAsync(Encoding.UTF8.GetBytes(eventJson));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("application/json", response.Headers["Content-Type"]);
        Assert.Equal("no-cache", response.Headers["Cache-Control"]);
        Assert.Null(response.Error);
        Assert.Equal([0, 500, 1000, 1500, 2000, 2000], response.Chunks.Select(chunk => chunk.Elapsed.TotalMilliseconds));
        using var array = JsonDocument.Parse(response.Body);
        long start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        Assert.Equal(
            [(1, start), (2, start), (3, start + 1), (4, start + 1), (5, start + 2)],
            array.RootElement.EnumerateArray().Select(element =>
                (element.GetProperty("id").GetInt32(), element.GetProperty("timestamp").GetInt64())));
    }

    [Theory]
    [InlineData("error", 400, "x-error-type", "client-error")]
    [InlineData("not-found", 404, "Content-Type", "application/problem+json")]
    [InlineData("unavailable", 503, "Retry-After", "5")]
    public async Task An_error_scenario_answers_with_its_status_and_a_problem(string scenario, int status, string header, string value)
    {
        TestResponse response = await CreateHost().InvokeAsync(FunctionUrlEvent.Get("/?scenario=" + scenario));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(value, response.Headers[header]);
        Assert.Contains($"'{scenario}'", ReadError(response), StringComparison.Ordinal);
        Assert.Single(response.Chunks);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task The_scenario_throw_is_reported_and_there_is_no_response()
    {
        TestResponse response = await CreateHost().InvokeAsync(FunctionUrlEvent.Get("/?scenario=throw"));

        Assert.Equal(502, response.StatusCode);
        Assert.Empty(response.Chunks);
        Assert.NotNull(response.Error);
        Assert.False(response.Error.IsMidResponse);
        Assert.Equal("InvalidOperationException", response.Error.Type);
        Assert.Equal("Function.InvalidOperationException", response.Error.LambdaType);
        Assert.Contains("'throw' fails before the first byte", response.Error.Message, StringComparison.Ordinal);
        Assert.Contains("The invocation failed.", response.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scenario_fail_midway_sends_two_elements_and_reports_in_trailers()
    {
        TestRun run = CreateHost().Start(FunctionUrlEvent.Get("/?scenario=fail-midway"));
        TestResponse response = await run.WaitAsync();

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(2, response.Chunks.Count);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(response.Body));
        Assert.NotNull(response.Error);
        Assert.True(response.Error.IsMidResponse);
        Assert.Equal("InvalidOperationException", response.Error.Type);
        Assert.Equal("Function.InvalidOperationException", response.Error.LambdaType);
        Assert.Contains(response.Error.StackTrace, frame => frame.Contains(nameof(ConditionalStreamingHandler), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("Stream")]
    [InlineData("")]
    [InlineData("error,error")]
    public async Task An_unknown_scenario_is_answered_with_the_known_ones(string scenario)
    {
        TestResponse response = await CreateHost().InvokeAsync(FunctionUrlEvent.Get("/?scenario=" + scenario));

        Assert.Equal(400, response.StatusCode);
        Assert.Equal(
            $"There is no scenario '{scenario}'. Use one of: stream, error, not-found, unavailable, throw, fail-midway.", ReadError(response));
    }

    [Theory]
    [InlineData("""{"scenario":"not-found"}""", "null")]
    [InlineData("null", "\"{\\\"scenario\\\":\\\"not-found\\\"}\"")]
    public async Task The_scenario_comes_from_a_rest_api_s_request_too(string query, string body)
    {
        string eventJson = "{\"resource\":\"/\",\"path\":\"/\",\"httpMethod\":\"POST\",\"requestContext\":{},"
            + $"\"queryStringParameters\":{query},\"body\":{body}}}";
        TestResponse response = await new TestHost(new ConditionalStreamingHandler()).InvokeAsync(System.Text.Encoding.UTF8.GetBytes(eventJson));

        Assert.Equal(404, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_scenario_comes_from_a_body_too_text_or_base64(bool base64)
    {
        const string body = """{"scenario":"not-found"}""";
        ReadOnlyMemory<byte> request = base64
            ? FunctionUrlEvent.Create("POST", "/", Encoding.UTF8.GetBytes(body), ("Content-Type", "application/octet-stream"))
            : FunctionUrlEvent.Post("/", body);

        TestResponse response = await CreateHost().InvokeAsync(request);

        Assert.Equal(404, response.StatusCode);
    }

    [Fact]
    public async Task The_query_goes_before_the_body()
    {
        TestResponse response = await CreateHost().InvokeAsync(FunctionUrlEvent.Post("/?scenario=unavailable", "{ not JSON"));

        Assert.Equal(503, response.StatusCode);
    }

    [Theory]
    [InlineData("{\"scenario\":", "LineNumber: 0")]
    [InlineData("scenario=error", "'s' is an invalid start of a value. LineNumber: 0 | BytePositionInLine: 0.")]
    [InlineData("[]", "requires an element of type 'Object', but the target element has type 'Array'.")]
    [InlineData("{\"scenario\":7}", "requires an element of type 'String', but the target element has type 'Number'.")]
    [InlineData("{\"scenario\":\"\\ud800\"}", "missing low surrogate")]
    public async Task A_body_that_is_not_what_it_should_be_is_answered_with_what_and_where(string body, string where)
    {
        TestResponse response = await CreateHost().InvokeAsync(FunctionUrlEvent.Post("/", body));

        Assert.Equal(400, response.StatusCode);
        Assert.Contains("The body is not {\"scenario\":\"...\"}", ReadError(response), StringComparison.Ordinal);
        Assert.Contains(where, ReadError(response), StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(StreamingLambda), ReadError(response), StringComparison.Ordinal);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task A_body_that_should_be_base64_and_is_not_is_answered_so()
    {
        const string request = """{"version":"2.0","requestContext":{"http":{"method":"POST","path":"/"}},"body":"%%%","isBase64Encoded":true}""";

        TestResponse response = await CreateHost().InvokeAsync(Encoding.UTF8.GetBytes(request));

        Assert.Equal(400, response.StatusCode);
        Assert.Contains("base64", ReadError(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_an_odd_member_is_a_request()
    {
        const string request = """
            {"version":"2.0","requestContext":{"http":{},"timeEpoch":1.5},"body":"{\"scenario\":\"not-found\"}","isBase64Encoded":null,
             "headers":{"x":"\ud800"}}
            """;

        Assert.Equal(404, (await CreateHost().InvokeAsync(Encoding.UTF8.GetBytes(request))).StatusCode);
    }

    private static string ReadError(TestResponse response)
    {
        using var json = JsonDocument.Parse(response.Body);
        return json.RootElement.GetProperty("detail").GetString()!;
    }

    private TestHost CreateHost() => new(new ConditionalStreamingHandler(_clock)) { TimeProvider = _clock };
}
