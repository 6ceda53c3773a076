using System.Text;
using System.Text.Json;

using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>Nothing that a handler passes can break the framing: it is refused with a message that says what to do, before anything is
/// sent.</summary>
public sealed class HostileHandlerTests
{
    public static TheoryData<string, string, string> BadHeaders => new()
    {
        { "x-a", "b\r\nevil: 1", "The value of 'x-a' has a line break at index 1" },
        { "x-a", "\n", "The value of 'x-a' has a line break at index 0" },
        { "x-a", "b\0", "The value of 'x-a' has a NUL at index 1" },
        { "x-a", "\u0007", "The value of 'x-a' has a control character at index 0" },
        { "x-a", "é", "The value of 'x-a' has the non-ASCII character U+00E9 at index 0" },
        { "x-a", "a\ufffd", "The value of 'x-a' has the non-ASCII character U+FFFD at index 1" },
        { "x-a", null!, "The header 'x-a' has no value" },
        { "", "v", "'' is not a valid header name" },
        { "x a", "v", "'x a' is not a valid header name" },
        { "x:a", "v", "'x:a' is not a valid header name" },
        { "x\r\n", "v", "'x\\u000D\\u000A' is not a valid header name" },
        { "é", "v", "'\\u00E9' is not a valid header name" },
        { "Content-Length", "5", "The header 'Content-Length' cannot be set: Lambda frames a streamed response itself. Remove it." },
        { "transfer-encoding", "chunked", "The header 'transfer-encoding' cannot be set" },
        { "Set-Cookie", "a=b", "Put each cookie into StatusAndHeaders.Cookies" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public Task A_header_that_cannot_be_sent_is_refused(string name, string value, string message) =>
        AssertRefusedAsync(() => new StatusAndHeaders(200, (name, value)), message);

    [Theory]
    [InlineData(99)]
    [InlineData(600)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public Task A_status_out_of_range_is_refused(int status) =>
        AssertRefusedAsync(() => new StatusAndHeaders(status), $"The status {status} is not an HTTP status. Use one from 200 to 599.");

    [Theory]
    [InlineData("a=b\r\nevil: 1")]
    [InlineData("a=\0")]
    [InlineData(null)]
    public Task A_cookie_that_cannot_be_sent_is_refused(string? cookie) =>
        AssertRefusedAsync(() => new StatusAndHeaders(200) { Cookies = [cookie!] }, "'Set-Cookie' has ");

    [Fact]
    public Task More_headers_than_Lambda_reads_are_refused() =>
        AssertRefusedAsync(
            () => new StatusAndHeaders(200, ("x-long", new string('a', 16 * 1024))), "Lambda reads at most 16384. Send less in headers");

    [Theory]
    [InlineData("text/plain\r\nevil: 1")]
    [InlineData("text/plain; a=\0")]
    [InlineData(null)]
    public async Task A_content_type_that_cannot_be_sent_is_refused(string? contentType)
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            caught.SetResult(Record.Exception(() => response.ContentType = contentType!));
            await response.FinishAsync();
        });

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.IsType<ArgumentException>(await caught.Task.WaitAsync(Limits.Step));
        Assert.Equal("application/octet-stream", post.Head["Content-Type"]);
    }

    [Fact]
    public async Task The_body_may_hold_what_looks_like_framing()
    {
        const string body = "0\r\n\r\n\0\0\0\0\0\0\0\0Lambda-Runtime-Function-Error-Type: x\r\n\r\nGET / HTTP/1.1\r\n\r\n";
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(new(200));
            await response.WriteAndFinishAsync(body);
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.EndsWith("\0" + body, post.BodyText, StringComparison.Ordinal);
        Assert.Empty(post.Trailers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_may_say_anything(bool afterFirstByte)
    {
        const string message = "line one\r\nevil: header\r\n\r\n\0 \u00e9 \ud83d\ude00 \ud800 \" \\ </script>";
        await using Session session = await Session.InvokeAsync(async response =>
        {
            if (afterFirstByte)
                await response.WriteAsync("partial");
            throw new InvalidOperationException(message);
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        byte[] json = afterFirstByte ? Convert.FromBase64String(post.Trailers[1].Value) : post.Body;
        using var report = JsonDocument.Parse(json);
        Assert.Equal(message.Replace('\ud800', '\ufffd'), report.RootElement.GetProperty("errorMessage").GetString());
        Assert.Single(session.Runtime.LogLines);
    }

    [Fact]
    public async Task An_error_of_any_size_fits_the_trailers_that_Lambda_reads()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteAsync("partial");
            throw new InvalidOperationException(new string('é', 100_000), Nest(50));
        });

        await session.AcceptPostAsync();
        await session.ReadNextAsync();

        string received = Encoding.UTF8.GetString(session.Connection.Received.Span);
        int start = received.IndexOf("\r\n0\r\n", StringComparison.Ordinal) + 5;
        int end = received.IndexOf("\r\n\r\n", start, StringComparison.Ordinal) + 4;
        Assert.InRange(end - start, 100, 4096);
        static Exception Nest(int depth) => new InvalidOperationException($"inner {depth}", depth == 0 ? null : Nest(depth - 1));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData("throws", false)]
    [InlineData("throws", true)]
    public async Task An_exception_whose_own_members_fail_is_reported_too(string? message, bool afterFirstByte)
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            if (afterFirstByte)
                await response.WriteAsync("partial");
            throw new HostileException(message);
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        using var report = JsonDocument.Parse(afterFirstByte ? Convert.FromBase64String(post.Trailers[1].Value) : post.Body);
        Assert.Equal("HostileException", report.RootElement.GetProperty("errorType").GetString());
        Assert.Equal(message is null ? "" : "(cannot be read: NotSupportedException)", report.RootElement.GetProperty("errorMessage").GetString());
        Assert.Single(session.Runtime.LogLines);
    }

    [Fact]
    public async Task A_callback_on_the_token_that_throws_ends_nothing()
    {
        var time = new ManualClock();
        var started = new Gate();
        await using Session session = await Session.StartAsync(
            async (_, response, token) =>
            {
                var fired = new TaskCompletionSource();
                await using CancellationTokenRegistration ends = token.Register(fired.SetResult);
                // Registered last, called first: the handler has not ended by then.
                await using CancellationTokenRegistration throws = token.Register(() => throw new InvalidOperationException("callback"));
                started.Open();
                await fired.Task;
                await response.WriteAndFinishAsync("finished", CancellationToken.None);
            },
            options: new LambdaRuntimeOptions { TimeProvider = time });
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", "1767225610000"));
        await started.WaitAsync();
        time.AdvanceNow(TimeSpan.FromSeconds(10));

        Assert.Equal("finished", (await session.AcceptPostAsync()).BodyText);
        await session.ReadNextAsync();
        await WaitForLogAsync(session, "A callback that the handler had registered on its token failed.", "InvalidOperationException: callback");
    }

    [Fact]
    public async Task Every_failure_of_a_handler_that_returns_Task_WhenAll_is_reported()
    {
        await using Session session = await Session.StartAsync((_, _, _) => Task.WhenAll(
            Task.FromException(new FormatException("one")), Task.CompletedTask, Task.FromException(new TimeoutException("two"))));
        await session.Connection.GiveInvocationAsync();

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        using var report = JsonDocument.Parse(post.Body);
        Assert.Equal("AggregateException", report.RootElement.GetProperty("errorType").GetString());
        IEnumerable<string?> trace = report.RootElement.GetProperty("stackTrace").EnumerateArray().Select(frame => frame.GetString());
        Assert.Equal(
            ["Caused by FormatException: one", "Caused by TimeoutException: two"],
            trace.Where(frame => frame!.StartsWith("Caused by", StringComparison.Ordinal)));
        Assert.Contains("(one) (two)", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    private static async Task WaitForLogAsync(Session session, params string[] texts)
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        while (!session.Runtime.LogLines.Any(line => texts.All(text => line.Contains(text, StringComparison.Ordinal))))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_handler_that_returns_no_task_is_a_failed_invocation()
    {
        await using Session session = await Session.StartAsync((_, _, _) => null!);
        await session.Connection.GiveInvocationAsync();

        Assert.Contains("HandleAsync returned null instead of a task", (await session.AcceptPostAsync()).BodyText, StringComparison.Ordinal);
        await session.ReadNextAsync();
    }

    private sealed class HostileException(string? message) : Exception
    {
        public override string Message => message is null ? null! : throw new NotSupportedException();
    }

    private static async Task AssertRefusedAsync(Func<StatusAndHeaders> create, string message)
    {
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            caught.SetResult(await Record.ExceptionAsync(async () => await response.WriteStatusAndHeadersAsync(create())));
            // Nothing was sent: the handler can still answer properly.
            await response.WriteStatusAndHeadersAsync(new(500));
            await response.WriteAndFinishAsync("sorry");
        });

        RecordedRequest post = await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Contains(message, Assert.IsType<ArgumentException>(await caught.Task.WaitAsync(Limits.Step)).Message, StringComparison.Ordinal);
        Assert.Equal("{\"statusCode\":500}\0\0\0\0\0\0\0\0sorry", post.BodyText);
    }
}
