using System.Globalization;

using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>No call waits for longer than its invocation, whatever token its caller gave it.</summary>
public sealed class WaitLimitTests
{
    private static readonly TimeSpan FunctionTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Margin = new LambdaRuntimeOptions().DeadlineMargin;

    private readonly ManualClock _time = new();

    public static TheoryData<string> Beginnings =>
        ["H", "HTTP/1.1 4", "HTTP/1.1 413 Too Large\r\nContent-Length: 100\r\n\r\n", "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nx"];

    [Fact]
    public async Task A_write_that_waits_for_room_ends_with_the_invocation()
    {
        var waits = new Gate();
        await using Session session = await StartAsync(async (response, _) =>
        {
            ValueTask write = response.WriteAsync(new byte[64 * 1024 * 1024]);
            Assert.False(write.IsCompleted);
            waits.Open();
            await write;
        });
        await waits.WaitAsync();
        await EndWaitAsync();

        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        string line = Assert.Single(session.Runtime.LogLines);
        Assert.Contains("Function.DeadlineNear", line, StringComparison.Ordinal);
        Assert.Contains("came to its end while a write waited", line, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task A_write_that_waits_for_the_rest_of_an_early_answer_ends_with_the_invocation(string beginning)
    {
        var answered = new Gate();
        var waits = new Gate();
        await using Session session = await StartAsync(async (response, _) =>
        {
            await response.WriteAsync("one");
            await answered.WaitAsync();
            // The beginning of a status line may be that of an interim answer, which stops nobody.
            ValueTask write = response.WriteAsync(beginning == "H" ? new byte[64 * 1024 * 1024] : new byte[3]);
            Assert.False(write.IsCompleted);
            waits.Open();
            await write;
        });
        await session.Connection.ReadHeadAsync();
        await session.Connection.ReadChunkAsync();
        await session.Connection.SendAsync(beginning);
        answered.Open();
        await waits.WaitAsync();
        await EndWaitAsync();

        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        string line = Assert.Single(session.Runtime.LogLines);
        Assert.Contains("Function.DeadlineNear", line, StringComparison.Ordinal);
        Assert.Contains("came to its end while a write waited", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_write_ends_its_wait_for_the_rest_of_an_early_answer()
    {
        using var cancel = new CancellationTokenSource();
        var answered = new Gate();
        var caught = new TaskCompletionSource<Exception?>();
        await using Session session = await StartAsync(async (response, _) =>
        {
            await response.WriteAsync("one");
            await answered.WaitAsync();
            ValueTask write = response.WriteAsync("two", cancel.Token);
            Assert.False(write.IsCompleted);
            await cancel.CancelAsync();
            caught.SetResult(await Record.ExceptionAsync(async () => await write));
        });
        await session.Connection.ReadHeadAsync();
        await session.Connection.ReadChunkAsync();
        await session.Connection.SendAsync("HTTP/1.1 413 Too Large\r\n");
        answered.Open();

        Assert.Equal(cancel.Token, Assert.IsType<OperationCanceledException>(await caught.Task.WaitAsync(Limits.Step)).CancellationToken);
        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Contains("cut off", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("finishes")]
    [InlineData("throws before the first byte")]
    [InlineData("throws after it")]
    public async Task The_end_of_an_invocation_waits_for_its_answer_until_the_last_moment(string handler)
    {
        await using Session session = await StartAsync(async (response, _) =>
        {
            if (handler == "throws before the first byte")
                throw new InvalidOperationException("fails");
            await response.WriteAsync("one");
            if (handler == "throws after it")
                throw new InvalidOperationException("fails");
            await response.FinishAsync();
        });
        await session.Connection.ReadRequestAsync();
        // The handler's token fires: the end has until the deadline, and at least a second.
        _time.AdvanceNow(FunctionTimeout - Margin);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1, session.Api.ConnectionCount);
        _time.AdvanceNow(TimeSpan.FromSeconds(1));

        await (await session.Api.AcceptAsync()).ReadHeadAsync();
        Assert.Equal(handler == "finishes" ? 1 : 2, session.Runtime.LogLines.Length);
        Assert.Contains("failed: there was no answer when the invocation's time was over", session.Runtime.LogLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_after_the_token_has_fired_still_goes_out()
    {
        byte[] large = new byte[32 * 1024 * 1024];
        var started = new Gate();
        await using Session session = await StartAsync(async (response, token) =>
        {
            var fired = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = token.Register(fired.SetResult);
            started.Open();
            await fired.Task;
            await response.WriteAsync(large, CancellationToken.None);
            await response.WriteAndFinishAsync("end", CancellationToken.None);
        });
        await started.WaitAsync();
        _time.AdvanceNow(FunctionTimeout);

        Assert.Equal(large.Length + 3, (await session.AcceptPostAsync()).Body.Length);
        await session.ReadNextAsync();
        Assert.Empty(session.Runtime.LogLines);
    }

    /// <summary>The token fires, and ends a write that waits a moment later.</summary>
    private async Task EndWaitAsync()
    {
        _time.AdvanceNow(FunctionTimeout - Margin);
        await _time.AdvanceAsync(TimeSpan.FromMilliseconds(100));
    }

    private async Task<Session> StartAsync(Func<ResponseStreamWriter, CancellationToken, Task> handle)
    {
        var options = new LambdaRuntimeOptions { TimeProvider = _time };
        Session session = await Session.StartAsync((_, response, token) => handle(response, token), options: options);
        string deadline = (_time.GetUtcNow() + FunctionTimeout).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", deadline));
        return session;
    }
}
