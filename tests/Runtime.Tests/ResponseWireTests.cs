using System.Text;

using StreamingLambda.Runtime.Http;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>What goes over the wire, byte for byte.</summary>
public sealed class ResponseWireTests
{
    [Fact]
    public async Task A_response_with_status_and_headers()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(
                new(201, ("Content-Type", "text/plain"), ("x-a", "\"b\"")) { Cookies = ["c=1; Secure", "d=2"] });
            await response.WriteAsync("Hällo");
            await response.WriteAsync("0123456789abcdef");
            await response.FinishAsync();
        });
        await session.AcceptPostAsync();
        await session.ReadNextAsync();

        string prelude = "{\"statusCode\":201,\"headers\":{\"Content-Type\":\"text/plain\",\"x-a\":\"\\\"b\\\"\"},"
            + "\"cookies\":[\"c=1; Secure\",\"d=2\"]}\0\0\0\0\0\0\0\0";
        string next = $"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {session.Api.Address}\r\nUser-Agent: {UserAgent.Token}\r\n\r\n";
        Assert.Equal(
            next +
            $"""
            POST /2018-06-01/runtime/invocation/request-1/response HTTP/1.1
            Host: {session.Api.Address}
            User-Agent: {UserAgent.Token}
            Lambda-Runtime-Function-Response-Mode: streaming
            Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body
            Content-Type: application/vnd.awslambda.http-integration-response
            Transfer-Encoding: chunked

            {prelude.Length:x}
            {prelude}
            6
            Hällo
            10
            0123456789abcdef
            0


            """.ReplaceLineEndings("\r\n") +
            next,
            Encoding.UTF8.GetString(session.Connection.Received.Span));
    }

    [Fact]
    public async Task A_raw_response_has_no_prelude_and_the_handlers_content_type()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            response.ContentType = "text/csv";
            await response.WriteAndFinishAsync("a,b\n");
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("text/csv", post.Head["Content-Type"]);
        Assert.Equal("streaming", post.Head["Lambda-Runtime-Function-Response-Mode"]);
        Assert.Equal("a,b\n", post.BodyText);
    }

    [Fact]
    public async Task A_raw_response_without_a_content_type_is_an_octet_stream()
    {
        await using Session session = await Session.InvokeAsync(async response => await response.WriteAndFinishAsync(new byte[] { 0, 255 }));

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("application/octet-stream", post.Head["Content-Type"]);
        Assert.Equal([0, 255], post.Body);
    }

    [Fact]
    public async Task A_raw_response_leaves_status_headers_and_cookies_out_and_takes_the_content_type_from_them()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            response.IsRaw = true;
            await Assert.ThrowsAsync<ArgumentException>(async () => await response.WriteStatusAndHeadersAsync(new(200, ("X", "\r"))));
            await response.WriteStatusAndHeadersAsync(new(404, ("content-type", "text/csv"), ("X-A", "b")) { Cookies = ["c=1"] });
            await response.WriteAndFinishAsync("a,b\n");
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("text/csv", post.Head["Content-Type"]);
        Assert.Equal("a,b\n", post.BodyText);
        Assert.Empty(post.Trailers);
    }

    [Fact]
    public async Task A_raw_response_without_a_byte_is_one()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            response.ContentType = "text/csv";
            response.IsRaw = true;
            await response.WriteStatusAndHeadersAsync(new(200));
            await response.FinishAsync();
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal(("text/csv", ""), (post.Head["Content-Type"], post.BodyText));
    }

    [Fact]
    public async Task A_response_cannot_become_raw_after_the_first_write()
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(new(200));
            caught.SetResult(Record.Exception(() => response.IsRaw = true));
            await response.WriteAndFinishAsync("a");
        });

        await session.AcceptPostAsync();

        Assert.Equal(
            "Cannot make the response raw, or not: the response has already started. Set IsRaw before the first write.",
            Assert.IsType<InvalidOperationException>(await caught.Task.WaitAsync(Limits.Step)).Message);
    }

    [Fact]
    public async Task The_content_type_cannot_change_after_the_first_write()
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("a");
            caught.SetResult(Record.Exception(() => response.ContentType = "text/csv"));
            await response.FinishAsync();
        });

        await session.AcceptPostAsync();

        Assert.Equal(
            "Cannot set the content type: the response has already started. Set ContentType before the first write.",
            Assert.IsType<InvalidOperationException>(await caught.Task.WaitAsync(Limits.Step)).Message);
    }

    [Theory]
    [InlineData(200, false, "\n")]
    [InlineData(404, false, "\n")]
    [InlineData(204, false, "")]
    [InlineData(205, false, "")]
    [InlineData(304, false, "")]
    [InlineData(200, true, "")]
    public async Task An_empty_body_after_status_and_headers_becomes_a_newline_where_a_body_is_allowed(int status, bool allowEmpty, string expected)
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(new(status) { AllowEmptyBody = allowEmpty });
            await response.WriteAsync("");
            await response.FinishAsync();
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.EndsWith("\0\0\0\0\0\0\0\0" + expected, post.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_write_sends_no_chunk_that_would_end_the_body()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync(ReadOnlyMemory<byte>.Empty);
            await response.WriteAsync("a");
            await response.WriteAsync("");
            await response.WriteAndFinishAsync("b");
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("ab", post.BodyText);
        Assert.Equal(2, post.Chunks.Count);
    }

    [Fact]
    public async Task A_first_write_of_nothing_sends_the_head()
    {
        var headArrived = new Gate();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("");
            await headArrived.WaitAsync();
            await response.FinishAsync();
        });

        RecordedHead head = await session.Connection.ReadHeadAsync();
        headArrived.Open();

        Assert.Equal("chunked", head["Transfer-Encoding"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16 * 1024 - 1)]
    [InlineData(16 * 1024)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024 + 1)]
    public async Task Bytes_of_every_size_arrive_as_they_were(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync(bytes);
            await response.WriteAndFinishAsync(bytes);
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal([.. bytes, .. bytes], post.Body);
    }

    [Fact]
    public async Task Many_small_writes_arrive_in_order_and_whole()
    {
        const int count = 20_000;
        await using Session session = await Session.InvokeAsync(async response =>
        {
            for (int i = 0; i < count; i++)
                await response.WriteAsync($"{i},");
            await response.FinishAsync();
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal(string.Concat(Enumerable.Range(0, count).Select(i => $"{i},")), post.BodyText);
    }

    [Fact]
    public async Task A_write_after_a_burst_is_on_the_wire_without_another_write()
    {
        var burstArrived = new Gate();
        var lastArrived = new Gate();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            for (int i = 0; i < 1000; i++)
                await response.WriteAsync("x");
            await burstArrived.WaitAsync();
            await response.WriteAsync("last");
            await lastArrived.WaitAsync();
            await response.FinishAsync();
        });

        await session.Connection.ReadHeadAsync();
        for (int i = 0; i < 1000; i++)
            Assert.Equal("x", await session.Connection.ReadChunkTextAsync());
        burstArrived.Open();
        Assert.Equal("last", await session.Connection.ReadChunkTextAsync());
        lastArrived.Open();
        Assert.Null(await session.Connection.ReadChunkTextAsync());
    }

    [Fact]
    public async Task The_stream_writes_to_the_response_and_disposing_it_does_not_finish()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            Stream stream = response.AsStream();
            await stream.WriteAsync("async "u8.ToArray());
            stream.Write("sync "u8);
            await stream.FlushAsync();
            await stream.DisposeAsync();
            Assert.False(stream.CanWrite);
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.WriteAsync("late"u8.ToArray()));
            await response.WriteAndFinishAsync("end");
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("async sync end", post.BodyText);
    }

    [Fact]
    public async Task Flushing_the_stream_waits_until_what_was_written_is_sent()
    {
        using var full = new SemaphoreSlim(0);
        bool flushWaited = false;
        await using Session session = await Session.InvokeAsync(async response =>
        {
            Stream stream = response.AsStream();
            // Where there is no room any more, it may also be a write that waits: one that was not gathered. Then once more.
            for (int attempt = 0; attempt < 20 && !flushWaited; attempt++)
            {
                Task pending = Task.CompletedTask;
                while (pending.IsCompleted)
                {
                    for (int i = 0; i < 200 && pending.IsCompleted; i++)
                        pending = stream.WriteAsync(new byte[100]).AsTask();
                    if (!pending.IsCompleted)
                        break;
                    pending = stream.FlushAsync();
                    flushWaited = !pending.IsCompleted;
                }
                full.Release();
                await pending;
                await stream.WriteAsync("end"u8.ToArray());
            }
            await response.FinishAsync();
        });

        await session.Connection.ReadHeadAsync();
        do
        {
            Assert.True(await full.WaitAsync(Limits.Step));
            while (await session.Connection.ReadChunkTextAsync() != "end")
                session.Connection.Forget();
        }
        while (!flushWaited);
        Assert.Null(await session.Connection.ReadChunkAsync());
    }

    [Fact]
    public async Task Flushing_the_stream_before_the_first_write_and_after_the_end_does_nothing()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            Stream stream = response.AsStream();
            await stream.FlushAsync();
            response.ContentType = "text/csv";
            await response.WriteAndFinishAsync("a");
            await stream.FlushAsync();
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal("text/csv", post.Head["Content-Type"]);
        Assert.Empty(session.Runtime.LogLines);
    }

    [Fact]
    public async Task A_cancelled_write_that_waits_for_room_cuts_the_response_off()
    {
        using var cancel = new CancellationTokenSource();
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
            caught.SetResult(await Record.ExceptionAsync(async () => await response.WriteAsync(new byte[64 * 1024 * 1024], cancel.Token))));
        await session.Connection.ReadHeadAsync();
        await cancel.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await caught.Task.WaitAsync(Limits.Step));
        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Contains("cut off", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_before_it_begins_changes_nothing()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await response.WriteAsync("never", new CancellationToken(canceled: true)));
            await response.WriteStatusAndHeadersAsync(new(200));
            await response.WriteAndFinishAsync("body");
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.EndsWith("\0body", post.BodyText, StringComparison.Ordinal);
    }
}
