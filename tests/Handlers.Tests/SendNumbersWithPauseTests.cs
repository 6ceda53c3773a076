using System.Globalization;
using System.Text;
using System.Text.Json;

using StreamingLambda.Testing;

namespace StreamingLambda.Handlers.Tests;

public sealed class SendNumbersWithPauseTests
{
    private const string ThreeNumbers = "Number: 1\nNumber: 2\nNumber: 3\nStreaming complete!\n";
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Lines_come_a_second_apart_and_the_first_at_once()
    {
        TestRun run = CreateHost().Start(FunctionUrlEvent.Get("/"));

        Assert.Equal("Number: 1\n", (await run.ReadChunkAsync())?.Text);
        await _clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("Number: 2\n", (await run.ReadChunkAsync())?.Text);
        await _clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("Number: 3\n", (await run.ReadChunkAsync())?.Text);
        await _clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        TestResponse response = await run.WaitAsync();

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("text/plain", response.Headers["Content-Type"]);
        Assert.Equal("streaming-example", response.Headers["x-my-custom-header"]);
        Assert.Equal(ThreeNumbers, response.BodyText);
        Assert.Equal([0, 1, 2, 3], response.Chunks.Select(chunk => chunk.Elapsed.TotalSeconds));
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task A_rest_api_s_query_counts_as_a_function_url_s_does()
    {
        const string Event = """
            {"resource":"/numbers","path":"/numbers","httpMethod":"GET","requestContext":{"stage":"prod"},
             "queryStringParameters":{"count":"1","pauseMs":"0"}}
            """;
        TestResponse response = await CreateHost().InvokeAsync(Encoding.UTF8.GetBytes(Event));

        Assert.Equal("Number: 1\nStreaming complete!\n", response.BodyText);
    }

    [Fact]
    public async Task Nothing_comes_before_the_pause_is_over()
    {
        TestRun run = CreateHost().Start(FunctionUrlEvent.Get("/?count=2&pauseMs=60000"));
        await run.ReadChunkAsync();

        Task<ResponseChunk?> second = run.ReadChunkAsync();
        await _clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(60_000));
        _clock.AdvanceNow(TimeSpan.FromMilliseconds(59_999));
        Assert.False(second.IsCompleted);
        _clock.AdvanceNow(TimeSpan.FromMilliseconds(1));

        Assert.Equal(TimeSpan.FromMinutes(1), (await second)?.Elapsed);
    }

    [Theory]
    [InlineData("\"this is not used\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("null")]
    [InlineData("""{"version":"2.0","requestContext":{"http":7}}""")]
    [InlineData("{ not JSON at all")]
    [InlineData("")]
    public async Task Any_other_event_gets_the_defaults(string eventJson)
    {
        TestResponse response = await CreateSwiftHost().InvokeAsync(Encoding.UTF8.GetBytes(eventJson));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(ThreeNumbers, response.BodyText);
    }

    [Theory]
    [InlineData("?pauseMs=0", 3)]
    [InlineData("?count=1&pauseMs=0", 1)]
    [InlineData("?count=10&pauseMs=0", 10)]
    [InlineData("?count=1000&pauseMs=0", 1000)]
    [InlineData("?count=007&pauseMs=0", 7)]
    [InlineData("?count=%32&pauseMs=0", 2)]
    [InlineData("?unknown=x&pauseMs=0", 3)]
    [InlineData("?COUNT=9&pauseMs=0", 3)]
    public async Task The_count_is_taken_from_the_query(string query, int count)
    {
        TestResponse response = await CreateHost().InvokeAsync(FunctionUrlEvent.Get("/" + query));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(count + 1, response.Chunks.Count);
        Assert.Equal($"Number: {count.ToString(CultureInfo.InvariantCulture)}\n", response.Chunks[^2].Text);
        Assert.Equal("Streaming complete!\n", response.Chunks[^1].Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(60_000)]
    public async Task The_pause_is_taken_from_the_query(int pauseMs)
    {
        string query = $"/?count=1&pauseMs={pauseMs.ToString(CultureInfo.InvariantCulture)}";
        TestResponse response = await CreateSwiftHost().InvokeAsync(FunctionUrlEvent.Get(query));

        Assert.Equal([0, pauseMs], response.Chunks.Select(chunk => chunk.Elapsed.TotalMilliseconds));
    }

    [Theory]
    [InlineData("count=0", "count", "0", "from 1 to 1000")]
    [InlineData("count=1001", "count", "1001", "from 1 to 1000")]
    [InlineData("count=x", "count", "x", "from 1 to 1000")]
    [InlineData("count=-1", "count", "-1", "from 1 to 1000")]
    [InlineData("count=", "count", "", "from 1 to 1000")]
    [InlineData("count", "count", "", "from 1 to 1000")]
    [InlineData("count=1.5", "count", "1.5", "from 1 to 1000")]
    [InlineData("count=%2B5", "count", "+5", "from 1 to 1000")]
    [InlineData("count=+5", "count", " 5", "from 1 to 1000")]
    [InlineData("count=1e2", "count", "1e2", "from 1 to 1000")]
    [InlineData("count=99999999999", "count", "99999999999", "from 1 to 1000")]
    [InlineData("count=1&count=2", "count", "1,2", "one whole number from 1 to 1000")]
    [InlineData("count=%22%3Cb%3E", "count", "\"<b>", "from 1 to 1000")]
    [InlineData("pauseMs=60001", "pauseMs", "60001", "from 0 to 60000")]
    [InlineData("pauseMs=-1", "pauseMs", "-1", "from 0 to 60000")]
    [InlineData("pauseMs=x", "pauseMs", "x", "from 0 to 60000")]
    [InlineData("count=2&pauseMs=1,000", "pauseMs", "1,000", "from 0 to 60000")]
    public async Task A_bad_parameter_is_answered_with_its_name_value_and_range(string query, string name, string value, string range)
    {
        TestResponse response = await CreateHost().InvokeAsync(FunctionUrlEvent.Get("/?" + query));

        Assert.Equal(400, response.StatusCode);
        Assert.Equal("application/problem+json", response.Headers["Content-Type"]);
        Assert.Null(response.Error);
        using var json = JsonDocument.Parse(response.Body);
        string message = json.RootElement.GetProperty("detail").GetString()!;
        Assert.Contains($"'{name}' is '{value}'", message, StringComparison.Ordinal);
        Assert.Contains(range, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "isBase64Encoded":null """)]
    [InlineData(""" "headers":{"x":"\ud800"} """)]
    [InlineData(""" "rawPath":7,"cookies":"a=1" """)]
    public async Task A_request_with_an_odd_member_is_a_request(string odd)
    {
        string request = $$$"""
            {"version":"2.0","requestContext":{"http":{"method":"GET"},"timeEpoch":1.5},"queryStringParameters":{"count":"1","pauseMs":"0"},{{{odd}}}}
            """;

        TestResponse response = await CreateHost().InvokeAsync(Encoding.UTF8.GetBytes(request));

        Assert.Equal("Number: 1\nStreaming complete!\n", response.BodyText);
    }

    [Fact]
    public async Task A_query_that_cannot_be_read_is_a_reported_error_and_not_the_defaults()
    {
        ReadOnlyMemory<byte> request = """{"version":"2.0","requestContext":{"http":{}},"queryStringParameters":{"count":1}}"""u8.ToArray();

        TestResponse response = await CreateHost().InvokeAsync(request);

        Assert.Equal((502, "FormatException"), (response.StatusCode, response.Error?.Type));
        Assert.Contains("'queryStringParameters.count'", response.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_deadline_ends_it_and_is_reported()
    {
        var clock = new ManualClock { AutoAdvance = true };
        var host = new TestHost(new SendNumbersWithPause(clock)) { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(1.5) };
        DateTimeOffset start = clock.GetUtcNow();

        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get("/"));

        // The token fires a margin of 0.25 seconds before the deadline.
        Assert.Equal(TimeSpan.FromSeconds(1.25), clock.GetUtcNow() - start);

        Assert.Equal("Number: 1\nNumber: 2\n", response.BodyText);
        Assert.True(response.Error?.IsMidResponse);
        Assert.Equal("Function.DeadlineNear", response.Error?.Type);
    }

    private static TestHost CreateSwiftHost()
    {
        var clock = new ManualClock { AutoAdvance = true };
        return new(new SendNumbersWithPause(clock)) { TimeProvider = clock };
    }

    private TestHost CreateHost() => new(new SendNumbersWithPause(_clock)) { TimeProvider = _clock };
}
