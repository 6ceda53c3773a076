using System.Text;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>What <c>GET next</c> says reaches the handler; what it says wrongly, or not at all, has a defined outcome.</summary>
public sealed class NextInvocationTests
{
    [Fact]
    public async Task Every_field_reaches_the_handler()
    {
        var seen = new TaskCompletionSource<Invocation>();
        await using Session session = await Session.StartAsync(async (invocation, response, _) =>
        {
            seen.SetResult(invocation);
            await response.FinishAsync();
        });
        await session.Connection.GiveInvocationAsync("8476a536-e9f4-11e8-9739-2dfe598c3fcd", "{\"a\":1}",
            ("Lambda-Runtime-Deadline-Ms", "1542409706888"),
            ("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"),
            ("Lambda-Runtime-Client-Context", "{\"custom\":{\"name\":\"Zoë\",\"nested\":{\"a\":[1]}}}"),
            ("Lambda-Runtime-Cognito-Identity", "{\"cognitoIdentityId\":\"i\",\"cognitoIdentityPoolId\":\"p\"}"),
            ("Lambda-Runtime-Aws-Tenant-Id", "tenant-7"));

        Invocation invocation = await seen.Task.WaitAsync(Limits.Step);
        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(invocation.Event.Span));
        Assert.Equal("8476a536-e9f4-11e8-9739-2dfe598c3fcd", invocation.RequestId);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1542409706888), invocation.Deadline);
        Assert.True(invocation.RemainingTime < TimeSpan.Zero);
        Assert.Equal("arn:aws:lambda:eu-west-1:123456789012:function:f", invocation.InvokedFunctionArn);
        Assert.StartsWith("Root=1-5bef4de7", invocation.TraceId, StringComparison.Ordinal);
        Assert.Equal("{\"custom\":{\"name\":\"Zoë\",\"nested\":{\"a\":[1]}}}", invocation.ClientContext);
        Assert.Equal("{\"cognitoIdentityId\":\"i\",\"cognitoIdentityPoolId\":\"p\"}", invocation.CognitoIdentity);
        Assert.Equal("tenant-7", invocation.TenantId);
        Assert.Equal("/2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response", post.Head.Path);
    }

    [Fact]
    public async Task Optional_fields_that_are_missing_are_null()
    {
        var seen = new TaskCompletionSource<Invocation>();
        await using Session session = await Session.StartAsync(async (invocation, response, _) =>
        {
            seen.SetResult(invocation);
            await response.FinishAsync();
        });
        await session.Connection.GiveInvocationAsync();

        Invocation invocation = await seen.Task.WaitAsync(Limits.Step);
        await session.AcceptPostAsync();

        Assert.Null(invocation.TraceId);
        Assert.Null(invocation.TenantId);
        Assert.Null(invocation.ClientContext);
        Assert.Null(invocation.CognitoIdentity);
    }

    [Theory]
    [InlineData("nonce-1")]
    [InlineData(null)]
    public async Task The_invocation_id_is_echoed_when_it_was_sent_and_only_then(string? id)
    {
        int turn = 0;
        await using Session session = await Session.StartAsync(async (_, response, _) =>
        {
            if (turn++ == 0)
                await response.FinishAsync();
            else
                throw new InvalidOperationException("fails");
        });
        (string, string)[] headers = id is null ? [] : [("Lambda-Runtime-Invocation-Id", id)];

        await session.Connection.GiveInvocationAsync("request-1", "{}", headers);
        RecordedRequest response = await session.AcceptPostAsync();
        await session.Connection.GiveInvocationAsync("request-2", "{}", headers);
        RecordedRequest error = await session.AcceptPostAsync();

        Assert.EndsWith("/response", response.Head.Path, StringComparison.Ordinal);
        Assert.Equal(id, response.Head["Lambda-Runtime-Invocation-Id"]);
        Assert.EndsWith("/error", error.Head.Path, StringComparison.Ordinal);
        Assert.Equal(id, error.Head["Lambda-Runtime-Invocation-Id"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json at all")]
    [InlineData("\"text\"")]
    [InlineData("\0\u0001")]
    public async Task Any_event_reaches_the_handler_as_it_is(string body)
    {
        await using Session session = await Session.StartAsync(
            async (invocation, response, _) => await response.WriteAndFinishAsync(invocation.Event));
        await session.Connection.GiveInvocationAsync("request-1", body);

        Assert.Equal(body, (await session.AcceptPostAsync()).BodyText);
    }

    [Fact]
    public async Task An_event_of_6_MB_reaches_the_handler()
    {
        string body = "\"" + new string('x', 6 * 1024 * 1024) + "\"";
        var length = new TaskCompletionSource<int>();
        await using Session session = await Session.StartAsync(async (invocation, response, _) =>
        {
            length.SetResult(invocation.Event.Length);
            await response.FinishAsync();
        });
        await session.Connection.GiveInvocationAsync("request-1", body);

        Assert.Equal(body.Length, await length.Task.WaitAsync(Limits.Step));
        await session.AcceptPostAsync();
    }

    [Theory]
    [InlineData("soon", "is not a time in milliseconds")]
    [InlineData("-5", "is not a time in milliseconds")]
    [InlineData("99999999999999999999", "is not a time in milliseconds")]
    [InlineData("999999999999999999", "is not a time in milliseconds")]
    public async Task A_malformed_deadline_is_no_deadline(string deadline, string message)
    {
        var seen = new TaskCompletionSource<(DateTimeOffset, bool)>();
        await using Session session = await Session.StartAsync(async (invocation, response, token) =>
        {
            seen.SetResult((invocation.Deadline, token.IsCancellationRequested));
            await response.FinishAsync();
        });
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", deadline));

        Assert.Equal((DateTimeOffset.MaxValue, false), await seen.Task.WaitAsync(Limits.Step));
        await session.AcceptPostAsync();
        Assert.Contains(message, Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_id_is_escaped_in_the_path()
    {
        await using Session session = await Session.StartAsync(async (_, response, _) => await response.FinishAsync());
        await session.Connection.GiveInvocationAsync("../a b?c#d");

        Assert.Equal("/2018-06-01/runtime/invocation/..%2Fa%20b%3Fc%23d/response", (await session.AcceptPostAsync()).Head.Path);
    }

    [Theory]
    [InlineData(".", 1)]
    [InlineData("..", 1)]
    [InlineData("%", 22_000)]
    [InlineData("x", 60_000)]
    public async Task An_invocation_that_no_path_can_name_is_left_out_with_one_line(string text, int times)
    {
        await using Session session = await Session.StartAsync(
            async (invocation, response, _) => await response.WriteAndFinishAsync(invocation.RequestId));
        await session.Connection.GiveInvocationAsync(string.Concat(Enumerable.Repeat(text, times)));
        await session.Connection.GiveInvocationAsync("request-2");

        Assert.Equal("request-2", (await session.AcceptPostAsync()).BodyText);
        string line = Assert.Single(session.Runtime.LogLines);
        Assert.Contains("\tERROR\t", line, StringComparison.Ordinal);
        Assert.Contains("The invocation is left out: its Lambda-Runtime-Aws-Request-Id", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("...", "...")]
    [InlineData("..%", "..%25")]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("\\..\\", "%5C..%5C")]
    public async Task Ids_that_are_nearly_steps_along_a_path_are_names(string id, string escaped)
    {
        await using Session session = await Session.StartAsync(async (_, response, _) => await response.FinishAsync());
        await session.Connection.GiveInvocationAsync(id);

        Assert.Equal($"/2018-06-01/runtime/invocation/{escaped}/response", (await session.AcceptPostAsync()).Head.Path);
    }

    [Fact]
    public async Task An_answer_without_a_request_id_ends_the_process()
    {
        await using Session session = await Session.StartAsync((_, _, _) => Task.CompletedTask);
        await session.Connection.ReadHeadAsync();
        await session.Connection.AnswerAsync(200, "{}");

        Assert.Equal(1, await session.Runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains("the answer has no Lambda-Runtime-Aws-Request-Id", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public async Task A_field_with_a_bare_line_break_or_NUL_ends_the_process(string value)
    {
        await using Session session = await Session.StartAsync((_, _, _) => Task.CompletedTask);
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Invocation-Id", value));

        Assert.Equal(1, await session.Runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains("a header line has a bare CR, LF or NUL", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thread_that_completes_a_handler_gets_control_back()
    {
        // Without RunContinuationsAsynchronously: what awaits it goes on in the thread that completes it, and so would the loop.
        var done = new TaskCompletionSource();
        var givenBack = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, async (_, response, _) =>
        {
            await response.WriteAndFinishAsync("x");
            await done.Task;
        });
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        new Thread(() =>
        {
            done.SetResult();
            givenBack.SetResult();
        })
        { IsBackground = true }.Start();

        Assert.StartsWith("GET", (await connection.ReadHeadAsync()).Text, StringComparison.Ordinal);
        await givenBack.Task.WaitAsync(Limits.Step);
    }
}
