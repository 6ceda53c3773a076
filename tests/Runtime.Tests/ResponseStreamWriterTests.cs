using System.Text;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The state table of docs/maintainers/design.md, a test per cell: what an operation does in each state of the response.</summary>
public sealed class ResponseStreamWriterTests
{
    private const string ErrorPath = "/2018-06-01/runtime/invocation/request-1/error";
    private const string ResponsePath = "/2018-06-01/runtime/invocation/request-1/response";

    private const string Started =
        "Cannot write status and headers: the response has already started. Call WriteStatusAndHeadersAsync once, before the first write. "
        + "A Send method calls it itself: give it status and headers as an argument.";

    private const string Finished =
        "it is already finished. FinishAsync, WriteAndFinishAsync and each Send method finish it: call one of them, once, after the last write.";

    private static readonly StatusAndHeaders Ok = new(200, ("Content-Type", "text/plain"));

    // Write status and headers

    [Fact]
    public async Task Write_status_and_headers_sends_head_and_prelude()
    {
        var preludeArrived = new Gate();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(Ok);
            await preludeArrived.WaitAsync();
            await response.WriteAndFinishAsync("body");
        });

        RecordedHead head = await session.Connection.ReadHeadAsync();
        string? prelude = await session.Connection.ReadChunkTextAsync();
        preludeArrived.Open();

        Assert.Equal(ResponsePath, head.Path);
        Assert.Equal("{\"statusCode\":200,\"headers\":{\"Content-Type\":\"text/plain\"}}\0\0\0\0\0\0\0\0", prelude);
        Assert.Equal("body", await session.Connection.ReadChunkTextAsync());
        Assert.Null(await session.Connection.ReadChunkAsync());
    }

    [Theory]
    [InlineData(false, null, "they have none")]
    [InlineData(false, "text/plain", "they say 'text/plain'")]
    [InlineData(true, "text/plain", "they say 'text/plain'")]
    public async Task A_content_type_that_the_headers_do_not_have_is_refused(bool isRaw, string? header, string why)
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            response.IsRaw = isRaw;
            response.ContentType = "text/csv";
            StatusAndHeaders head = header is null ? new(200) : new(200, ("Content-Type", header));
            caught.SetResult(await Record.ExceptionAsync(async () => await response.WriteStatusAndHeadersAsync(head)));
            await response.WriteAndFinishAsync("a,b");
        });

        RecordedRequest post = await session.AcceptPostAsync();
        Assert.Equal(
            $"Cannot write status and headers: ContentType was set to 'text/csv', for a response without them, and {why}. "
                + "Give the content type as one of the headers, and do not set ContentType.",
            Assert.IsType<InvalidOperationException>(await caught.Task.WaitAsync(Limits.Step)).Message);
        Assert.Equal(("text/csv", "a,b"), (post.Head["Content-Type"], post.BodyText));
    }

    [Theory]
    [InlineData(false, "text/csv")]
    [InlineData(true, "text/csv")]
    [InlineData(true, null)]
    public async Task A_content_type_that_the_headers_have_too_or_that_a_raw_response_keeps_is_sent(bool isRaw, string? header)
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            response.IsRaw = isRaw;
            response.ContentType = "text/csv";
            await response.WriteStatusAndHeadersAsync(header is null ? new(200) : new(200, ("Content-Type", header)));
            await response.WriteAndFinishAsync("a,b");
        });

        RecordedRequest post = await session.AcceptPostAsync();
        Assert.Contains("text/csv", isRaw ? post.Head["Content-Type"] : post.BodyText, StringComparison.Ordinal);
        Assert.EndsWith("a,b", post.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public Task Write_status_and_headers_while_streaming_throws() => AssertMisuseAsync(
        before: async response => await response.WriteAsync("body"),
        misuse: async response => await response.WriteStatusAndHeadersAsync(Ok),
        Started);

    [Fact]
    public Task Write_status_and_headers_twice_throws() => AssertMisuseAsync(
        before: async response => await response.WriteStatusAndHeadersAsync(Ok),
        misuse: async response => await response.WriteStatusAndHeadersAsync(Ok),
        Started);

    [Fact]
    public Task Write_status_and_headers_after_finish_throws() => AssertMisuseAsync(
        before: async response => await response.FinishAsync(),
        misuse: async response => await response.WriteStatusAndHeadersAsync(Ok),
        "Cannot write status and headers: " + Finished);

    [Fact]
    public Task Write_status_and_headers_after_failure_throws() =>
        AssertMisuseAfterFailureAsync(
            async response => await response.WriteStatusAndHeadersAsync(Ok), "Cannot write status and headers: it has failed (");

    // Write

    [Fact]
    public async Task Write_starts_the_response_and_sends_a_chunk()
    {
        var arrived = new Gate();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("first");
            await arrived.WaitAsync();
            await response.FinishAsync();
        });

        Assert.Equal(ResponsePath, (await session.Connection.ReadHeadAsync()).Path);
        Assert.Equal("first", await session.Connection.ReadChunkTextAsync());
        arrived.Open();
        Assert.Null(await session.Connection.ReadChunkAsync());
    }

    [Fact]
    public async Task Write_while_streaming_sends_a_chunk_at_once()
    {
        using var turns = new SemaphoreSlim(0);
        await using Session session = await Session.InvokeAsync(async response =>
        {
            foreach (string text in (string[])["one", "two", "three"])
            {
                await response.WriteAsync(text);
                await turns.WaitAsync();
            }
            await response.FinishAsync();
        });

        await session.Connection.ReadHeadAsync();
        foreach (string text in (string[])["one", "two", "three"])
        {
            Assert.Equal(text, await session.Connection.ReadChunkTextAsync());
            turns.Release();
        }
        Assert.Null(await session.Connection.ReadChunkAsync());
    }

    [Fact]
    public Task Write_after_finish_throws() => AssertMisuseAsync(
        before: async response => await response.FinishAsync(),
        misuse: async response => await response.WriteAsync("late"),
        "Cannot write to the response: " + Finished);

    [Fact]
    public Task Write_after_failure_throws() =>
        AssertMisuseAfterFailureAsync(async response => await response.WriteAsync("late"), "Cannot write to the response: it has failed (");

    // Finish

    [Fact]
    public async Task Finish_without_a_write_sends_an_empty_response()
    {
        await using Session session = await Session.InvokeAsync(async response => await response.FinishAsync());

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal(ResponsePath, post.Head.Path);
        Assert.Empty(post.Chunks);
        Assert.Empty(post.Trailers);
        Assert.Empty(session.Runtime.LogLines);
    }

    [Fact]
    public async Task Finish_while_streaming_sends_the_last_chunk()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("body");
            await response.FinishAsync();
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal("body", post.BodyText);
        Assert.Empty(post.Trailers);
        Assert.Empty(session.Runtime.LogLines);
    }

    [Fact]
    public Task Finish_twice_throws() => AssertMisuseAsync(
        before: async response => await response.WriteAndFinishAsync("body"),
        misuse: async response => await response.FinishAsync(),
        "Cannot finish the response: " + Finished);

    [Fact]
    public Task Write_and_finish_after_finish_throws() => AssertMisuseAsync(
        before: async response => await response.WriteAndFinishAsync("body"),
        misuse: async response => await response.WriteAndFinishAsync("again"),
        "Cannot write to the response: " + Finished);

    [Fact]
    public Task Finish_after_failure_throws() =>
        AssertMisuseAfterFailureAsync(async response => await response.FinishAsync(), "Cannot finish the response: it has failed (");

    // Overlapping calls

    [Fact]
    public async Task A_call_during_another_throws_and_the_first_goes_on()
    {
        byte[] large = new byte[32 * 1024 * 1024];
        var refused = new TaskCompletionSource<Exception?[]>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            ValueTask first = response.WriteAsync(large);
            refused.SetResult(
            [
                await Record.ExceptionAsync(async () => await response.WriteStatusAndHeadersAsync(Ok)),
                await Record.ExceptionAsync(async () => await response.WriteAsync("second")),
                await Record.ExceptionAsync(async () => await response.FinishAsync()),
            ]);
            await first;
            await response.FinishAsync();
        });

        Exception?[] exceptions = await refused.Task.WaitAsync(Limits.Step);
        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.All(exceptions, e => Assert.IsType<InvalidOperationException>(e));
        Assert.Equal(
            "Cannot write status and headers: WriteAsync is still in progress. Await each call before the next one.", exceptions[0]!.Message);
        Assert.Equal("Cannot write to the response: WriteAsync is still in progress. Await each call before the next one.", exceptions[1]!.Message);
        Assert.Equal("Cannot finish the response: WriteAsync is still in progress. Await each call before the next one.", exceptions[2]!.Message);
        Assert.Equal(large.Length, post.Body.Length);
    }

    [Fact]
    public async Task A_call_during_finish_throws()
    {
        var refused = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            ValueTask finish = response.FinishAsync();
            refused.SetResult(await Record.ExceptionAsync(async () => await response.WriteAsync("late")));
            await finish;
        });

        Exception? exception = await refused.Task.WaitAsync(Limits.Step);
        await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal("Cannot write to the response: FinishAsync is still in progress. Await each call before the next one.", exception!.Message);
    }

    // The handler throws

    [Fact]
    public async Task A_handler_that_throws_before_writing_is_reported_as_an_error()
    {
        await using Session session = await Session.InvokeAsync(_ => throw new TimeZoneNotFoundException("no such zone"));

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal(ErrorPath, post.Head.Path);
        Assert.Equal("Function.TimeZoneNotFoundException", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.StartsWith(
            "{\"errorType\":\"TimeZoneNotFoundException\",\"errorMessage\":\"no such zone\",\"stackTrace\":[\"at ",
            post.BodyText,
            StringComparison.Ordinal);
        Assert.Single(session.Runtime.LogLines);
    }

    [Fact]
    public async Task A_handler_that_throws_while_streaming_ends_the_response_with_error_trailers()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("partial");
            throw new TimeZoneNotFoundException("no such zone");
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal(ResponsePath, post.Head.Path);
        Assert.Equal("partial", post.BodyText);
        Assert.Equal(["Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"], post.Trailers.Select(trailer => trailer.Name));
        Assert.Equal("Function.TimeZoneNotFoundException", post.Trailers[0].Value);
        string body = Encoding.UTF8.GetString(Convert.FromBase64String(post.Trailers[1].Value));
        Assert.StartsWith(
            "{\"errorType\":\"TimeZoneNotFoundException\",\"errorMessage\":\"no such zone\",\"stackTrace\":[\"at ",
            body,
            StringComparison.Ordinal);
        Assert.Single(session.Runtime.LogLines);
    }

    [Fact]
    public async Task A_handler_that_throws_after_finish_is_logged_and_nothing_else()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAndFinishAsync("body");
            throw new TimeZoneNotFoundException("too late");
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Empty(post.Trailers);
        Assert.Contains("TimeZoneNotFoundException: too late", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_throws_after_failure_is_logged_and_so_is_what_happened_before()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await WriteUntilItFailsAsync(response);
            throw new TimeZoneNotFoundException("gave up");
        });
        await session.Connection.ReadHeadAsync();
        session.Connection.Reset();

        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Equal(2, session.Runtime.LogLines.Length);
        Assert.Contains("TimeZoneNotFoundException: gave up", session.Runtime.LogLines[0], StringComparison.Ordinal);
        Assert.Contains("RuntimeApiException: POST " + ResponsePath, session.Runtime.LogLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_fails_between_status_and_body_leaves_no_empty_body()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(new(200));
            throw new TimeZoneNotFoundException("no such zone");
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("{\"statusCode\":200}\0\0\0\0\0\0\0\0\n", post.BodyText);
        Assert.Equal("Function.TimeZoneNotFoundException", post.Trailers[0].Value);
    }

    [Fact]
    public async Task A_task_that_goes_on_writing_after_its_handler_is_stopped()
    {
        var refused = new TaskCompletionSource<Exception>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("x");
            // In a thread of its own: as long as the reader keeps up, no write waits, and the handler's would not get back to its end.
            _ = Task.Run(() => WriteForeverAsync(response));
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal("Function.ResponseNotFinished", post.Trailers[0].Value);
        Assert.Equal(
            "Cannot write to the response: the handler has already ended. Await each call before the handler returns.",
            (await refused.Task.WaitAsync(Limits.Step)).Message);

        async Task WriteForeverAsync(ResponseStreamWriter response)
        {
            try
            {
                while (true)
                    await response.WriteAsync("x");
            }
            catch (InvalidOperationException e)
            {
                refused.SetResult(e);
            }
        }
    }

    // The handler returns

    [Fact]
    public async Task A_handler_that_returns_without_writing_is_reported_as_an_error()
    {
        await using Session session = await Session.InvokeAsync(_ => Task.CompletedTask);

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal(ErrorPath, post.Head.Path);
        Assert.Equal("Function.ResponseNotWritten", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Contains("Call WriteAsync and FinishAsync", post.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_returns_without_finishing_ends_the_response_with_error_trailers()
    {
        await using Session session = await Session.InvokeAsync(async response => await response.WriteAsync("partial"));

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal("Function.ResponseNotFinished", post.Trailers[0].Value);
        string body = Encoding.UTF8.GetString(Convert.FromBase64String(post.Trailers[1].Value));
        Assert.Contains("Call FinishAsync once, after the last write", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_returns_during_a_write_is_waited_for()
    {
        byte[] large = new byte[32 * 1024 * 1024];
        await using Session session = await Session.InvokeAsync(response =>
        {
            _ = response.WriteAndFinishAsync(large).AsTask();
            return Task.CompletedTask;
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal(large.Length, post.Body.Length);
        Assert.Empty(post.Trailers);
        Assert.Empty(session.Runtime.LogLines);
    }

    [Fact]
    public async Task A_handler_that_returns_after_finish_is_done()
    {
        await using Session session = await Session.InvokeAsync(async response => await response.WriteAndFinishAsync("body"));

        await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Empty(session.Runtime.LogLines);
    }

    [Fact]
    public async Task A_handler_that_swallows_a_failed_write_and_returns_is_logged()
    {
        await using Session session = await Session.InvokeAsync(WriteUntilItFailsAsync);
        await session.Connection.ReadHeadAsync();
        session.Connection.Reset();

        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Contains("RuntimeApiException: POST " + ResponsePath, Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    // The connection is lost

    [Fact]
    public async Task A_lost_connection_fails_the_write_in_flight()
    {
        var failed = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
            failed.SetResult(await Record.ExceptionAsync(async () => await response.WriteAsync(new byte[64 * 1024 * 1024]))));
        await session.Connection.ReadHeadAsync();
        session.Connection.Reset();

        var exception = Assert.IsType<RuntimeApiException>(await failed.Task.WaitAsync(Limits.Step));
        Assert.Equal("POST", exception.Method);
        Assert.Equal(ResponsePath, exception.Path);
        Assert.Null(exception.StatusCode);
    }

    [Fact]
    public async Task A_connection_lost_in_a_burst_of_small_writes_fails_one_of_them()
    {
        var failed = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
            failed.SetResult(await Record.ExceptionAsync(async () =>
            {
                while (true)
                    await response.WriteAsync("x");
            })));
        await session.Connection.ReadHeadAsync();
        for (int i = 0; i < 1000; i++)
            await session.Connection.ReadChunkAsync();
        session.Connection.Reset();

        var exception = Assert.IsType<RuntimeApiException>(await failed.Task.WaitAsync(Limits.Step));
        Assert.Equal(ResponsePath, exception.Path);
        await (await session.Api.AcceptAsync()).ReadHeadAsync();
    }

    [Fact]
    public async Task A_connection_lost_while_finishing_fails_the_finish_and_the_next_invocation_works()
    {
        var failed = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
            failed.TrySetResult(await Record.ExceptionAsync(async () => await response.WriteAndFinishAsync("body"))));
        await session.Connection.ReadRequestAsync();
        session.Connection.Close();

        Assert.IsType<RuntimeApiException>(await failed.Task.WaitAsync(Limits.Step));
        ScriptedConnection second = await session.Api.AcceptAsync();
        await second.GiveInvocationAsync("request-2");
        Assert.Equal("body", (await second.ReadRequestAsync()).BodyText);
        Assert.Contains("closed the connection before its answer was complete", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    private static async Task WriteUntilItFailsAsync(ResponseStreamWriter response) =>
        Assert.IsType<RuntimeApiException>(await Record.ExceptionAsync(async () =>
        {
            while (true)
                await response.WriteAsync(new byte[1024 * 1024]);
        }));

    private static async Task AssertMisuseAsync(Func<ResponseStreamWriter, Task> before, Func<ResponseStreamWriter, Task> misuse, string message)
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await before(response);
            caught.SetResult(await Record.ExceptionAsync(() => misuse(response)));
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal(message, Assert.IsType<InvalidOperationException>(await caught.Task.WaitAsync(Limits.Step)).Message);
        Assert.Equal(ResponsePath, post.Head.Path);
    }

    private static async Task AssertMisuseAfterFailureAsync(Func<ResponseStreamWriter, Task> misuse, string messageStart)
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await WriteUntilItFailsAsync(response);
            caught.SetResult(await Record.ExceptionAsync(() => misuse(response)));
        });
        await session.Connection.ReadHeadAsync();
        session.Connection.Reset();

        var exception = Assert.IsType<InvalidOperationException>(await caught.Task.WaitAsync(Limits.Step));
        Assert.StartsWith(messageStart, exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Let the handler end; Lambda has been told, or cannot be.", exception.Message, StringComparison.Ordinal);
        Assert.IsType<RuntimeApiException>(exception.InnerException);
    }
}
