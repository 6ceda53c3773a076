using System.Net.ServerSentEvents;
using System.Threading.Channels;

using StreamingLambda.Runtime;
using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Formats.Tests;

public sealed class ServerSentEventsTests
{
    private const string Failed = "event: error{n}"
        + """data: {"error":{"type":"failed","message":"The function failed before the response was complete."}}{n}{n}""";

    private const string Interrupted = "event: error{n}"
        + """data: {"error":{"type":"interrupted","message":"The function was stopped before the response was complete."}}{n}{n}""";


    [Fact]
    public async Task Each_event_is_on_its_way_before_the_next_is_there()
    {
        var source = Channel.CreateUnbounded<SseItem<string>>();
        TestRun run = OneResponse.Start((response, token) => response.SendServerSentEventsAsync(source.Reader.ReadAllAsync(token), token));

        await source.Writer.WriteAsync(new("one"));
        Assert.Equal("data: one\n\n", (await run.ReadChunkAsync())?.Text);
        await source.Writer.WriteAsync(new("two"));
        Assert.Equal("data: two\n\n", (await run.ReadChunkAsync())?.Text);
        source.Writer.Complete();
        TestResponse response = await run.WaitAsync();

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("text/event-stream", response.Headers["Content-Type"]);
        Assert.Equal("no-cache", response.Headers["Cache-Control"]);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task Names_ids_intervals_and_lines_read_back()
    {
        SseItem<string>[] sent =
        [
            new("one\ntwo\r\nthree\rfour", "lines") { EventId = "7", ReconnectionInterval = TimeSpan.FromSeconds(2) },
            new("") { EventId = "8" },
            new(null!),
            default,
        ];
        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendServerSentEventsAsync(new Sequence<SseItem<string>>(sent).ReadAsync(token), token));

        var read = new List<SseItem<string>>();
        await foreach (SseItem<string> item in SseParser.Create(new MemoryStream(response.Body.ToArray())).EnumerateAsync())
            read.Add(item);
        Assert.Equal(["one\ntwo\nthree\nfour", "", "", ""], read.Select(item => item.Data));
        Assert.Equal(["lines", "message", "message", "message"], read.Select(item => item.EventType));
        Assert.Equal(["7", "8"], read.Take(2).Select(item => item.EventId));
        Assert.Equal(TimeSpan.FromSeconds(2), read[0].ReconnectionInterval);
        Assert.Equal(4, response.Chunks.Count);
    }

    [Fact]
    public async Task Typed_data_is_JSON_in_one_line()
    {
        var rows = new Sequence<SseItem<Row>>(new SseItem<Row>(new Row(1, "a\nb"), "row"), default);

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendServerSentEventsAsync(rows.ReadAsync(token), TestJson.Default.Row, token));

        Assert.Equal("event: row\ndata: {\"id\":1,\"name\":\"a\\nb\",\"weight\":0}\n\ndata: null\n\n", response.BodyText);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task Status_and_headers_of_ones_own_are_kept_and_completed()
    {
        var head = new StatusAndHeaders(201, ("cache-control", "no-store"), ("X-Model", "m1")) { Cookies = ["a=1"] };

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendServerSentEventsAsync(new Sequence<SseItem<string>>().ReadAsync(token), head, cancellationToken: token));

        Assert.Equal(201, response.StatusCode);
        Assert.Equal("text/event-stream", response.Headers["Content-Type"]);
        Assert.Equal("no-store", response.Headers["Cache-Control"]);
        Assert.Equal("m1", response.Headers["X-Model"]);
        Assert.Equal(["a=1"], response.Cookies);
        Assert.Equal("\n", response.BodyText);
    }

    [Fact]
    public async Task Comments_keep_a_silent_stream_alive_from_before_the_first_event()
    {
        var clock = new ManualClock();
        var source = Channel.CreateUnbounded<SseItem<string>>();
        var options = new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.FromSeconds(3), TimeProvider = clock };
        TestRun run = OneResponse.Start(clock, (response, token) =>
            response.SendServerSentEventsAsync(source.Reader.ReadAllAsync(token), null, options, token));

        await clock.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(": keep-alive\n\n", (await run.ReadChunkAsync())?.Text);
        await clock.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(": keep-alive\n\n", (await run.ReadChunkAsync())?.Text);
        await source.Writer.WriteAsync(new("here"));
        Assert.Equal("data: here\n\n", (await run.ReadChunkAsync())?.Text);
        source.Writer.Complete();
        TestResponse response = await run.WaitAsync();

        Assert.Equal([3.0, 6.0, 6.0], response.Chunks.Select(chunk => chunk.Elapsed.TotalSeconds));
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task An_event_begins_the_interval_anew()
    {
        var clock = new ManualClock();
        var source = Channel.CreateUnbounded<SseItem<string>>();
        var options = new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.FromSeconds(3), TimeProvider = clock };
        TestRun run = OneResponse.Start(clock, (response, token) =>
            response.SendServerSentEventsAsync(source.Reader.ReadAllAsync(token), null, options, token));

        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(3));
        clock.AdvanceNow(TimeSpan.FromSeconds(2));
        await source.Writer.WriteAsync(new("here"));
        Assert.Equal("data: here\n\n", (await run.ReadChunkAsync())?.Text);
        await clock.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(": keep-alive\n\n", (await run.ReadChunkAsync())?.Text);
        source.Writer.Complete();

        Assert.Equal([2.0, 5.0], (await run.WaitAsync()).Chunks.Select(chunk => chunk.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task A_comment_that_cannot_be_written_ends_the_sequence_before_it_is_disposed_of()
    {
        var clock = new ManualClock();
        var options = new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.FromSeconds(3), TimeProvider = clock };
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Sequence<SseItem<string>>? source = null;
        TestRun run = OneResponse.Start(clock, async (response, token) =>
        {
            source = new Sequence<SseItem<string>>
            {
                AfterItems = async () =>
                {
                    await response.FinishAsync();
                    finished.SetResult();
                },
                Waits = true,
            };
            await response.SendServerSentEventsAsync(source.ReadAsync(CancellationToken.None), null, options, token);
        });

        await finished.Task.WaitAsync(Limits.Step);
        await clock.AdvanceAsync(TimeSpan.FromSeconds(3));
        TestResponse response = await run.WaitAsync();

        Assert.True(source!.IsDisposed);
        Assert.Contains(
            "it is already finished. FinishAsync, WriteAndFinishAsync and each Send method finish it", response.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("NotSupportedException", response.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(uint.MaxValue)]
    public void An_interval_that_no_timer_has_is_refused(double milliseconds)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.FromMilliseconds(milliseconds) });

        Assert.Contains("Timeout.InfiniteTimeSpan", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_interval_means_no_comments()
    {
        var clock = new ManualClock();
        var source = Channel.CreateUnbounded<SseItem<string>>();
        var options = new ServerSentEventsOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan, TimeProvider = clock };
        TestRun run = OneResponse.Start(clock, (response, token) =>
            response.SendServerSentEventsAsync(source.Reader.ReadAllAsync(token), null, options, token));

        await source.Writer.WriteAsync(new("a"));
        await run.ReadChunkAsync();
        clock.AdvanceNow(TimeSpan.FromSeconds(9));
        source.Writer.Complete();

        Assert.Equal("data: a\n\n", (await run.WaitAsync()).BodyText);
    }

    [Fact]
    public async Task A_sequence_that_fails_ends_with_an_error_event_and_keeps_its_message_from_the_reader()
    {
        var source = new Sequence<SseItem<string>>(new SseItem<string>("a")) { Failure = new InvalidOperationException("password=1234") };

        TestResponse response = await OneResponse.RunAsync((response, token) => response.SendServerSentEventsAsync(source.ReadAsync(token), token));

        Assert.Equal("data: a\n\n" + Lines(Failed), response.BodyText);
        Assert.Equal(("InvalidOperationException", "password=1234", true),
            (response.Error?.Type, response.Error?.Message, response.Error?.IsMidResponse));
        Assert.Contains("password=1234", response.Log, StringComparison.Ordinal);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Status_and_headers_do_not_wait_for_the_first_event()
    {
        var source = new Sequence<SseItem<string>> { Failure = new InvalidOperationException("at once") };

        TestResponse response = await OneResponse.RunAsync((response, token) => response.SendServerSentEventsAsync(source.ReadAsync(token), token));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(Lines(Failed), response.BodyText);
        Assert.True(response.Error?.IsMidResponse);
    }

    [Fact]
    public async Task The_handler_decides_what_the_reader_is_told()
    {
        var slow = new StreamError("slow", "The model is\nslow.");
        var options = new ServerSentEventsOptions { DescribeError = e => e is TimeoutException ? slow : null };

        TestResponse told = await RunAsync(new TimeoutException());
        TestResponse untold = await RunAsync(new InvalidOperationException());

        Assert.Equal("event: error\ndata: {\"error\":{\"type\":\"slow\",\"message\":\"The model is\\nslow.\"}}\n\n", told.BodyText);
        Assert.Equal(Lines(Failed), untold.BodyText);

        Task<TestResponse> RunAsync(Exception failure) => OneResponse.RunAsync((response, token) =>
            response.SendServerSentEventsAsync(new Sequence<SseItem<string>> { Failure = failure }.ReadAsync(token), null, options, token));
    }

    [Fact]
    public async Task A_description_that_fails_does_not_hide_the_error()
    {
        var options = new ServerSentEventsOptions { DescribeError = _ => throw new NotSupportedException() };
        var source = new Sequence<SseItem<string>> { Failure = new TimeoutException() };

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendServerSentEventsAsync(source.ReadAsync(token), null, options, token));

        Assert.Equal(Lines(Failed), response.BodyText);
        Assert.Equal("TimeoutException", response.Error?.Type);
    }

    [Fact]
    public async Task A_line_break_in_a_name_is_an_error_and_never_a_line()
    {
        TestResponse response = await OneResponse.RunAsync((response, token) => response.SendServerSentEventsAsync(Items(), token));

        Assert.Equal("data: ok\n\n" + Lines(Failed), response.BodyText);
        Assert.Equal("ArgumentException", response.Error?.Type);

        static async IAsyncEnumerable<SseItem<string>> Items()
        {
            await Task.Yield();
            yield return new("ok");
            yield return new("x", "name\rdata: forged");
        }
    }

    [Fact]
    public async Task Data_that_cannot_be_serialized_is_an_error_and_leaves_no_half_event()
    {
        var rows = new Sequence<SseItem<Row>>(new SseItem<Row>(new Row(1, "a")), new SseItem<Row>(new Row(2, "b") { Weight = double.NaN }));

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendServerSentEventsAsync(rows.ReadAsync(token), TestJson.Default.Row, token));

        Assert.Equal("data: {\"id\":1,\"name\":\"a\",\"weight\":0}\n\n" + Lines(Failed), response.BodyText);
        Assert.Equal("ArgumentException", response.Error?.Type);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task A_deadline_ends_the_stream_with_an_event_that_says_so()
    {
        var clock = new ManualClock();
        var source = new Sequence<SseItem<string>>(new SseItem<string>("a")) { Waits = true };
        TestRun run = OneResponse.Start(clock, (response, token) =>
            response.SendServerSentEventsAsync(source.ReadAsync(CancellationToken.None), token));

        await run.ReadChunkAsync();
        await clock.AdvanceAsync(TimeSpan.FromSeconds(10));
        TestResponse response = await run.WaitAsync();

        Assert.Equal("data: a\n\n" + Lines(Interrupted), response.BodyText);
        Assert.Equal("Function.DeadlineNear", response.Error?.Type);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task The_end_of_the_environment_ends_the_stream_with_an_event_that_says_so()
    {
        using var stopping = new CancellationTokenSource();
        var source = new Sequence<SseItem<string>>(new SseItem<string>("a")) { Waits = true };
        var host = new TestHost((_, response, token) => response.SendServerSentEventsAsync(source.ReadAsync(CancellationToken.None), token))
        {
            Stopping = stopping.Token,
        };
        TestRun run = host.Start(FunctionUrlEvent.Get());

        await run.ReadChunkAsync();
        await stopping.CancelAsync();
        TestResponse response = await run.WaitAsync();

        Assert.Equal("data: a\n\n" + Lines(Interrupted), response.BodyText);
        Assert.Equal("Function.Stopping", response.Error?.Type);
    }

    [Fact]
    public async Task A_token_that_has_fired_before_sends_nothing()
    {
        TestResponse response = await OneResponse.RunAsync((response, _) =>
            response.SendServerSentEventsAsync(new Sequence<SseItem<string>>().ReadAsync(), new CancellationToken(canceled: true)));

        Assert.Equal(502, response.StatusCode);
        Assert.False(response.Error?.IsMidResponse);
    }

    [Fact]
    public async Task A_response_that_has_begun_is_left_alone()
    {
        TestResponse response = await OneResponse.RunAsync(async (response, token) =>
        {
            await response.WriteAsync("begun", token);
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                response.SendServerSentEventsAsync(new Sequence<SseItem<string>>().ReadAsync(token), token));
            await response.WriteAndFinishAsync(" and ended", token);
        });

        Assert.Equal("begun and ended", response.BodyText);
        Assert.Null(response.Error);
    }

    private static string Lines(string text) => text.Replace("{n}", "\n", StringComparison.Ordinal);
}
