using System.Net.ServerSentEvents;
using System.Threading.Channels;

using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

public sealed class JsonLinesTests
{
    private const string One = "{\"id\":1,\"name\":\"a\",\"weight\":0}\n";
    private const string Failed = "{\"error\":{\"type\":\"failed\",\"message\":\"The function failed before the response was complete.\"}}\n";
    private const string Interrupted =
        "{\"error\":{\"type\":\"interrupted\",\"message\":\"The function was stopped before the response was complete.\"}}\n";


    [Fact]
    public async Task Each_line_is_on_its_way_before_the_next_item_is_there()
    {
        var source = Channel.CreateUnbounded<int>();
        TestRun run = OneResponse.Start((response, token) =>
            response.SendJsonLinesAsync(source.Reader.ReadAllAsync(token), TestJson.Default.Int32, token));

        await source.Writer.WriteAsync(1);
        Assert.Equal("1\n", (await run.ReadChunkAsync())?.Text);
        await source.Writer.WriteAsync(2);
        Assert.Equal("2\n", (await run.ReadChunkAsync())?.Text);
        source.Writer.Complete();
        TestResponse response = await run.WaitAsync();

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("application/x-ndjson", response.Headers["Content-Type"]);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task Items_are_one_line_each_whatever_their_options_say()
    {
        var rows = new Sequence<Row>(new Row(1, "a"), null!, new Row(2, "x\ny"));

        TestResponse response = await RunAsync(rows);

        Assert.True(TestJson.Default.Row.Options.WriteIndented);
        Assert.Equal(One + "null\n{\"id\":2,\"name\":\"x\\ny\",\"weight\":0}\n", response.BodyText);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task Raw_JSON_of_a_converter_is_one_line_too()
    {
        var items = new Sequence<Raw>(new Raw("{\r\n  \"a\":\r1,\n  \"b\": \"\\n\"\n}"), new Raw("2"));

        TestResponse lines = await OneResponse.RunAsync((response, token) =>
            response.SendJsonLinesAsync(items.ReadAsync(token), TestJson.Default.Raw, token));
        TestResponse array = await OneResponse.RunAsync((response, token) =>
            response.SendJsonArrayAsync(items.ReadAsync(token), TestJson.Default.Raw, token));
        TestResponse events = await OneResponse.RunAsync((response, token) =>
            response.SendServerSentEventsAsync(ReadEventsAsync(items), TestJson.Default.Raw, token));

        const string item = "{    \"a\": 1,   \"b\": \"\\n\" }";
        Assert.Equal($"{item}\n2\n", lines.BodyText);
        Assert.Equal($"[{item}\n,2\n]\n", array.BodyText);
        Assert.Equal($"data: {item}\n\ndata: 2\n\n", events.BodyText);

        static async IAsyncEnumerable<SseItem<Raw>> ReadEventsAsync(Sequence<Raw> items)
        {
            await foreach (Raw item in items.ReadAsync())
                yield return new SseItem<Raw>(item);
        }
    }

    [Fact]
    public async Task An_empty_sequence_is_an_empty_line()
    {
        TestResponse response = await RunAsync(new Sequence<Row>());

        Assert.Equal((200, "\n"), (response.StatusCode, response.BodyText));
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task Status_and_headers_of_ones_own_are_kept()
    {
        TestResponse response = await OneResponse.RunAsync((response, token) => response.SendJsonLinesAsync(
            new Sequence<Row>(new Row(1, "a")).ReadAsync(token), TestJson.Default.Row, new(206, ("content-type", "application/jsonl")), null, token));

        Assert.Equal((206, "application/jsonl"), (response.StatusCode, response.Headers["Content-Type"]));
    }

    [Fact]
    public async Task A_sequence_that_fails_before_its_first_item_fails_the_invocation()
    {
        TestResponse response = await RunAsync(new Sequence<Row> { Failure = new TimeoutException("too slow") });

        Assert.Equal((502, ""), (response.StatusCode, response.BodyText));
        Assert.Equal(("TimeoutException", false), (response.Error?.Type, response.Error?.IsMidResponse));
    }

    [Fact]
    public async Task A_sequence_that_fails_later_ends_with_a_line_that_says_so_and_no_more()
    {
        var rows = new Sequence<Row>(new Row(1, "a")) { Failure = new InvalidOperationException("password=1234") };

        TestResponse response = await RunAsync(rows);

        Assert.Equal(One + Failed, response.BodyText);
        Assert.Equal(("password=1234", true), (response.Error?.Message, response.Error?.IsMidResponse));
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task The_handler_decides_what_the_reader_is_told()
    {
        var options = new JsonLinesOptions { DescribeError = e => new StreamError(e.GetType().Name, e.Message) };

        TestResponse response = await RunAsync(new Sequence<Row>(new Row(1, "a")) { Failure = new TimeoutException("too \"slow\"") }, options);

        Assert.Equal(One + "{\"error\":{\"type\":\"TimeoutException\",\"message\":\"too \\u0022slow\\u0022\"}}\n", response.BodyText);
    }

    [Fact]
    public async Task An_item_that_cannot_be_serialized_leaves_no_half_line()
    {
        TestResponse response = await RunAsync(new Sequence<Row>(new Row(1, "a"), new Row(2, "b") { Weight = double.PositiveInfinity }));

        Assert.Equal(One + Failed, response.BodyText);
        Assert.Equal("ArgumentException", response.Error?.Type);
    }

    [Fact]
    public async Task A_deadline_ends_the_stream_with_a_line_that_says_so()
    {
        var clock = new ManualClock();
        var rows = new Sequence<Row>(new Row(1, "a")) { Waits = true };
        TestRun run = OneResponse.Start(clock, (response, token) =>
            response.SendJsonLinesAsync(rows.ReadAsync(CancellationToken.None), TestJson.Default.Row, token));

        await run.ReadChunkAsync();
        await clock.AdvanceAsync(TimeSpan.FromSeconds(10));
        TestResponse response = await run.WaitAsync();

        Assert.Equal(One + Interrupted, response.BodyText);
        Assert.Equal("Function.DeadlineNear", response.Error?.Type);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task Only_a_cancellation_by_the_token_counts_as_an_interruption()
    {
        TestResponse timeout = await RunAsync(new Sequence<Row>(new Row(1, "a")) { Failure = new TaskCanceledException("an HttpClient's timeout") });
        TestResponse failure = await OneResponse.RunAsync(async (response, token) =>
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(token);
            var rows = new Sequence<Row>(new Row(1, "a")) { AfterItems = cancel.CancelAsync, Failure = new TimeoutException() };
            await response.SendJsonLinesAsync(rows.ReadAsync(CancellationToken.None), TestJson.Default.Row, cancel.Token);
        });

        Assert.Equal((One + Failed, "TaskCanceledException"), (timeout.BodyText, timeout.Error?.Type));
        Assert.Equal((One + Failed, "TimeoutException"), (failure.BodyText, failure.Error?.Type));
    }

    [Fact]
    public async Task Nothing_is_said_in_a_response_that_takes_nothing_more()
    {
        TestResponse response = await OneResponse.RunAsync(async (response, token) =>
        {
            var rows = new Sequence<Row>(new Row(1, "a"))
            {
                AfterItems = async () => await response.FinishAsync(),
                Failure = new TimeoutException("after the end"),
            };
            await response.SendJsonLinesAsync(rows.ReadAsync(token), TestJson.Default.Row, token);
        });

        Assert.Equal(One, response.BodyText);
        Assert.Contains("after the end", response.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_cannot_be_sent_leaves_the_response_unbegun()
    {
        var rows = new Sequence<Row>(new Row(1, "a"));
        TestResponse response = await OneResponse.RunAsync(async (response, token) =>
        {
            var head = new StatusAndHeaders(200, ("Content-Length", "5"));
            await Assert.ThrowsAsync<ArgumentException>(() =>
                response.SendJsonLinesAsync(rows.ReadAsync(token), TestJson.Default.Row, head, cancellationToken: token));
            await response.WriteAndFinishAsync("something else", token);
        });

        Assert.Equal("something else", response.BodyText);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task Headers_whose_names_differ_in_case_only_are_one_header_with_both_values()
    {
        var twice = new Dictionary<string, string> { ["Vary"] = "Accept", ["vary"] = "Origin" };

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendJsonLinesAsync(
                new Sequence<Row>().ReadAsync(token), TestJson.Default.Row, new(200) { Headers = twice }, cancellationToken: token));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("Accept, Origin", response.Headers["Vary"]);
    }

    private static Task<TestResponse> RunAsync(Sequence<Row> rows, JsonLinesOptions? options = null) => OneResponse.RunAsync((response, token) =>
        response.SendJsonLinesAsync(rows.ReadAsync(token), TestJson.Default.Row, options: options, cancellationToken: token));
}
