using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>Answers that are not 202, and answers that come too early: read, logged, survived where Lambda allows it.</summary>
public sealed class RefusalTests
{
    private const string TooLarge =
        "{\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\",\"errorType\":\"RequestEntityTooLarge\"}";

    [Theory]
    [InlineData(400, "{\"errorType\":\"InvalidRequestID\"}", "ERROR",
        "answered POST /2018-06-01/runtime/invocation/request-1/response with status 400: {\"errorType\":\"InvalidRequestID\"}")]
    [InlineData(403, "{\"errorType\":\"InvalidStateTransition\"}", "ERROR", "with status 403: {\"errorType\":\"InvalidStateTransition\"}")]
    [InlineData(410, "{\"errorType\":\"InvokeTimeout\"}", "WARN",
        "with status 410: {\"errorType\":\"InvokeTimeout\"} The invocation is over, most likely because its deadline has passed.")]
    [InlineData(413, TooLarge, "ERROR",
        "Exceeded maximum allowed payload size (6291556 bytes).\",\"errorType\":\"RequestEntityTooLarge\"} "
        + "4 bytes had been written. A streamed response may have 200 MB")]
    public async Task A_refused_response_is_logged_once_and_the_loop_goes_on(int status, string body, string level, string message)
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            Exception? exception = await Record.ExceptionAsync(async () => await response.WriteAndFinishAsync("body"));
            if (caught.TrySetResult(exception))
                throw exception!;
        });
        await session.Connection.ReadRequestAsync();
        await session.Connection.AnswerAsync(status, body);

        var refusal = Assert.IsType<RuntimeApiException>(await caught.Task.WaitAsync(Limits.Step));
        await session.Connection.GiveInvocationAsync("request-2");
        await session.AcceptPostAsync();

        Assert.Equal(status, refusal.StatusCode);
        Assert.Equal(body, refusal.ResponseBody);
        string line = Assert.Single(session.Runtime.LogLines);
        Assert.Contains($"\t{level}\trequest-1\t", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.Equal(1, session.Api.ConnectionCount);
    }

    [Theory]
    [InlineData("throws before the response")]
    [InlineData("swallows the refusal")]
    [InlineData("throws something else")]
    public async Task Status_500_ends_the_process_whatever_the_handler_makes_of_it(string handler)
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            if (handler == "throws before the response")
                throw new InvalidOperationException("fails");
            await Record.ExceptionAsync(async () => await response.FinishAsync());
            if (handler == "throws something else")
                throw new InvalidOperationException("fails");
        });
        await session.Connection.ReadRequestAsync();
        await session.Connection.AnswerAsync(500, "{\"errorType\":\"InternalServerError\"}");

        Assert.Equal(1, await session.Runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains("FATAL\t-\tThe process ends: The Lambda Runtime API answered POST ", session.Runtime.LogLines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(410)]
    public async Task A_refused_error_report_is_logged_and_the_loop_goes_on(int status)
    {
        await using Session session = await Session.InvokeAsync(_ => throw new InvalidOperationException("fails"));
        await session.Connection.ReadRequestAsync();
        await session.Connection.AnswerAsync(status, "{}");
        await session.ReadNextAsync();

        Assert.Equal(2, session.Runtime.LogLines.Length);
        Assert.Contains("InvalidOperationException: fails", session.Runtime.LogLines[0], StringComparison.Ordinal);
        Assert.Contains($"/error with status {status}", session.Runtime.LogLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_while_the_body_is_being_sent_fails_the_write_in_flight(bool closes)
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
            caught.TrySetResult(await Record.ExceptionAsync(async () =>
            {
                while (true)
                    await response.WriteAsync(new byte[64 * 1024]);
            })));
        await session.Connection.ReadHeadAsync();
        await session.Connection.AnswerAsync(413, TooLarge);
        if (closes)
            session.Connection.Close();

        var refusal = Assert.IsType<RuntimeApiException>(await caught.Task.WaitAsync(Limits.Step));
        // A server that closes with unread input resets the connection, and the reset may overtake its answer.
        if (!closes || refusal.StatusCode is not null)
            Assert.Equal(413, refusal.StatusCode);
        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Single(session.Runtime.LogLines);
    }

    [Theory]
    [InlineData(true, "the connection is broken: Connection reset by peer")]
    [InlineData(false, "the server answered, or closed the connection, before it had read the whole request")]
    public async Task A_connection_lost_in_the_middle_of_the_body_is_named_as_the_reason(bool resets, string reason)
    {
        var lost = new Gate();
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("one");
            await lost.WaitAsync();
            caught.TrySetResult(await Record.ExceptionAsync(async () => await response.WriteAsync("two")));
        });
        await session.Connection.ReadHeadAsync();
        await session.Connection.ReadChunkAsync();
        if (resets)
            session.Connection.Reset();
        else
            session.Connection.Close();
        lost.Open();

        var failure = Assert.IsType<RuntimeApiException>(await caught.Task.WaitAsync(Limits.Step));
        Assert.EndsWith("to the Lambda Runtime API failed: " + reason, failure.Message, StringComparison.Ordinal);
        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Contains(reason, Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_a_blocked_write_fails_it_although_the_server_stopped_reading()
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
            caught.TrySetResult(await Record.ExceptionAsync(async () => await response.WriteAsync(new byte[256 * 1024 * 1024]))));
        await session.Connection.ReadHeadAsync();
        await session.Connection.AnswerAsync(413, TooLarge);

        Assert.Equal(413, Assert.IsType<RuntimeApiException>(await caught.Task.WaitAsync(Limits.Step)).StatusCode);
    }

    [Fact]
    public async Task An_answer_between_two_writes_fails_the_second()
    {
        var answered = new Gate();
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("one");
            await answered.WaitAsync();
            caught.TrySetResult(await Record.ExceptionAsync(async () => await response.WriteAsync("two")));
        });
        await session.Connection.ReadHeadAsync();
        await session.Connection.ReadChunkAsync();
        await session.Connection.AnswerAsync(410, "{}");
        answered.Open();

        Assert.Equal(410, Assert.IsType<RuntimeApiException>(await caught.Task.WaitAsync(Limits.Step)).StatusCode);
    }

    [Theory]
    [InlineData("finishes")]
    [InlineData("writes and finishes")]
    [InlineData("throws")]
    public async Task A_success_in_the_middle_of_the_body_is_no_success(string handler)
    {
        var answered = new Gate();
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("one");
            await answered.WaitAsync();
            if (handler == "throws")
                throw new InvalidOperationException("fails");
            caught.TrySetResult(await Record.ExceptionAsync(async () =>
                await (handler == "finishes" ? response.FinishAsync() : response.WriteAndFinishAsync("two"))));
        });
        await session.Connection.ReadHeadAsync();
        await session.Connection.ReadChunkAsync();
        await session.Connection.AnswerAsync(202);
        answered.Open();

        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        if (handler == "throws")
        {
            Assert.Equal(2, session.Runtime.LogLines.Length);
            Assert.Contains("Lambda could not be told that the invocation failed.", session.Runtime.LogLines[1], StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(202, Assert.IsType<RuntimeApiException>(await caught.Task.WaitAsync(Limits.Step)).StatusCode);
            Assert.Single(session.Runtime.LogLines);
        }
        Assert.Contains("It answered before the response was complete;", session.Runtime.LogLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interim_answers_in_the_middle_of_the_body_are_read_over()
    {
        using var turns = new SemaphoreSlim(0);
        await using Session session = await Session.InvokeAsync(async response =>
        {
            foreach (string text in (string[])["one", "two", "three"])
            {
                await response.WriteAsync(text);
                Assert.True(await turns.WaitAsync(Limits.Step));
            }
            await response.FinishAsync();
        });
        await session.Connection.ReadHeadAsync();
        // Between two writes, in two pieces around one, and before the last.
        foreach ((string text, string interim) in ((string, string)[])[
            ("one", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 1"),
            ("two", "02 Processing\r\nX: y\r\n\r\n"),
            ("three", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")])
        {
            Assert.Equal(text, await session.Connection.ReadChunkTextAsync());
            await session.Connection.SendAsync(interim);
            turns.Release();
        }
        Assert.Null(await session.Connection.ReadChunkAsync());
        await session.Connection.ReadTrailersAsync();
        await session.Connection.AnswerAsync(202);
        await session.ReadNextAsync();

        Assert.Empty(session.Runtime.LogLines);
        Assert.Equal(1, session.Api.ConnectionCount);
    }

    [Fact]
    public async Task An_interim_answer_to_a_blocked_write_lets_it_go_on()
    {
        byte[] large = new byte[32 * 1024 * 1024];
        await using Session session = await Session.InvokeAsync(async response => await response.WriteAndFinishAsync(large));
        await session.Connection.ReadHeadAsync();
        await session.Connection.SendAsync("HTTP/1.1 102 Processing\r\n\r\n");

        Assert.Equal(large.Length, (await session.Connection.ReadChunkAsync())!.Length);
        Assert.Null(await session.Connection.ReadChunkAsync());
    }

    [Theory]
    [InlineData("HTTP/1.1 1 is not one\r\n\r\n", "the server's answer is not valid HTTP/1.1: it does not begin with an HTTP/1.1 status line")]
    [InlineData("SSH-2.0", "before it had read the whole request")]
    public async Task What_is_no_answer_fails_the_write_with_the_reason(string input, string reason)
    {
        var sent = new Gate();
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("one");
            await sent.WaitAsync();
            caught.TrySetResult(await Record.ExceptionAsync(async () => await response.WriteAsync("two")));
        });
        await session.Connection.ReadHeadAsync();
        await session.Connection.ReadChunkAsync();
        await session.Connection.SendAsync(input);
        session.Connection.Close();
        sent.Open();

        Assert.Contains(reason, Assert.IsType<RuntimeApiException>(await caught.Task.WaitAsync(Limits.Step)).Message, StringComparison.Ordinal);
        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Contains(reason, Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "{\"errorType\":\"InvalidStateTransition\"}")]
    [InlineData(500, "{}")]
    [InlineData(204, "")]
    public async Task Next_answered_with_anything_but_200_ends_the_process(int status, string body)
    {
        await using Session session = await Session.StartAsync((_, _, _) => Task.CompletedTask);
        await session.Connection.ReadHeadAsync();
        await session.Connection.SendAsync($"HTTP/1.1 {status} X\r\n{(status == 204 ? "" : $"Content-Length: {body.Length}\r\n")}\r\n{body}");

        Assert.Equal(1, await session.Runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains(
            $"FATAL\t-\tThe process ends: The Lambda Runtime API answered GET /2018-06-01/runtime/invocation/next with status {status}",
            Assert.Single(session.Runtime.LogLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_lost_on_next_ends_the_process()
    {
        await using Session session = await Session.StartAsync((_, _, _) => Task.CompletedTask);
        await session.Connection.ReadHeadAsync();
        session.Connection.Reset();

        Assert.Equal(1, await session.Runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains(
            "GET /2018-06-01/runtime/invocation/next to the Lambda Runtime API failed: the connection is broken",
            Assert.Single(session.Runtime.LogLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Runtime_API_that_nobody_serves_ends_the_process()
    {
        await using var api = new ScriptedRuntimeApi();
        api.StopListening();
        await using var runtime = new RunningRuntime(api, (_, _, _) => Task.CompletedTask);

        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains($"cannot connect to {api.Address}: Connection refused", Assert.Single(runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_fails_never_ends_the_process()
    {
        int turn = 0;
        await using Session session = await Session.InvokeAsync(async response =>
        {
            if (turn++ < 100)
                throw new InvalidOperationException("fails");
            await response.WriteAndFinishAsync("works");
        });
        for (int i = 0; i < 100; i++)
        {
            Assert.EndsWith("/error", (await session.AcceptPostAsync()).Head.Path, StringComparison.Ordinal);
            await session.Connection.GiveInvocationAsync();
        }

        Assert.Equal("works", (await session.AcceptPostAsync()).BodyText);
        Assert.Equal(1, session.Api.ConnectionCount);
    }
}
