using System.Globalization;

using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The handler's token, and how the process ends.</summary>
public sealed class DeadlineAndShutdownTests
{
    [Fact]
    public async Task The_token_fires_the_margin_before_the_deadline()
    {
        var time = new ManualClock();
        var started = new Gate();
        var fired = new TaskCompletionSource<TimeSpan>();
        await using Session session = await Session.StartAsync(
            async (invocation, response, token) =>
            {
                await using CancellationTokenRegistration registration = token.Register(() => fired.SetResult(invocation.RemainingTime));
                started.Open();
                await fired.Task;
                await response.FinishAsync();
            },
            options: new LambdaRuntimeOptions { DeadlineMargin = TimeSpan.FromSeconds(2), TimeProvider = time });
        string deadline = (time.GetUtcNow() + TimeSpan.FromSeconds(10)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", deadline));
        await started.WaitAsync();

        time.AdvanceNow(TimeSpan.FromSeconds(7.9));
        Assert.False(fired.Task.IsCompleted);
        time.AdvanceNow(TimeSpan.FromSeconds(0.1));

        Assert.Equal(TimeSpan.FromSeconds(2), await fired.Task.WaitAsync(Limits.Step));
        await session.AcceptPostAsync();
    }

    /// <summary>The process ends shortly after the window. If the window opened late, the process would end before it, and without the line
    /// that says what was cut off.</summary>
    [Fact]
    public void The_window_opens_before_the_handlers_are_told_to_stop_and_not_after_they_have_taken_their_time()
    {
        var time = new ManualClock();
        var options = new LambdaRuntimeOptions { TimeProvider = time };
        using var shutdown = new Shutdown(options, CancellationToken.None);
        bool wasOver = false;
        using CancellationTokenRegistration registration = shutdown.Stopping.Register(() =>
        {
            time.AdvanceNow(options.ShutdownWindow);
            wasOver = shutdown.Leaving.IsCancellationRequested;
        });

        shutdown.Fail(new IOException("The Runtime API is gone."));

        Assert.True(wasOver);
    }

    [Fact]
    public void A_process_that_has_lost_the_Runtime_API_ends_after_two_windows_when_its_program_does_not_return()
    {
        var time = new ManualClock();
        int? ended = null;
        var options = new LambdaRuntimeOptions { TimeProvider = time, Exit = code => ended = code };
        using var shutdown = new Shutdown(options, CancellationToken.None);

        shutdown.Fail(new IOException("The Runtime API is gone."));
        time.AdvanceNow(options.ShutdownWindow * 1.9);
        Assert.Null(ended);
        time.AdvanceNow(options.ShutdownWindow * 0.1);

        Assert.Equal(1, ended);
    }

    [Theory]
    [InlineData(true, "Function.DeadlineNear", "Give the function a longer timeout")]
    [InlineData(false, "Function.Stopping", "Lambda is ending this environment (SIGTERM)")]
    public async Task A_handler_that_is_cancelled_is_reported_with_the_reason(bool byDeadline, string type, string message)
    {
        var time = new ManualClock();
        var started = new Gate();
        await using Session session = await Session.StartAsync(
            async (_, _, token) =>
            {
                started.Open();
                await Task.Delay(Timeout.InfiniteTimeSpan, time, token);
            },
            options: new LambdaRuntimeOptions { TimeProvider = time });
        string deadline = (time.GetUtcNow() + TimeSpan.FromSeconds(10)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", deadline));
        await started.WaitAsync();
        Task<int>? exit = byDeadline ? null : session.Runtime.StopAsync();
        if (byDeadline)
            time.AdvanceNow(TimeSpan.FromSeconds(10));

        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal(type, post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Contains(message, post.BodyText, StringComparison.Ordinal);
        Assert.Equal(0, await (exit ?? session.Runtime.StopAsync()));
    }

    [Fact]
    public async Task A_handler_that_ignores_the_deadline_goes_on_and_sees_a_negative_remaining_time()
    {
        var time = new ManualClock();
        var started = new Gate();
        var late = new Gate();
        var remaining = new TaskCompletionSource<TimeSpan>();
        await using Session session = await Session.StartAsync(
            async (invocation, response, _) =>
            {
                started.Open();
                await late.WaitAsync();
                remaining.SetResult(invocation.RemainingTime);
                await response.WriteAndFinishAsync("late");
            },
            options: new LambdaRuntimeOptions { TimeProvider = time });
        string deadline = (time.GetUtcNow() + TimeSpan.FromSeconds(1)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", deadline));
        await started.WaitAsync();
        time.AdvanceNow(TimeSpan.FromSeconds(3));
        late.Open();

        Assert.Equal(TimeSpan.FromSeconds(-2), await remaining.Task.WaitAsync(Limits.Step));
        Assert.Equal("late", (await session.AcceptPostAsync()).BodyText);
    }

    [Fact]
    public async Task A_stop_while_waiting_for_an_invocation_ends_at_once_with_0()
    {
        await using Session session = await Session.StartAsync((_, _, _) => Task.CompletedTask);
        await session.Connection.ReadHeadAsync();

        Assert.Equal(0, await session.Runtime.StopAsync());
        Assert.True(await session.Connection.ReadEndAsync());
        Assert.Empty(session.Runtime.LogLines);
    }

    [Fact]
    public async Task A_stop_fires_the_token_and_lets_the_response_finish()
    {
        var started = new Gate();
        await using Session session = await Session.StartAsync(
            async (_, response, token) =>
            {
                await response.WriteAsync("partial ");
                var stopped = new TaskCompletionSource();
                await using CancellationTokenRegistration registration = token.Register(stopped.SetResult);
                started.Open();
                await stopped.Task;
                await response.WriteAndFinishAsync("end", CancellationToken.None);
            },
            options: new LambdaRuntimeOptions { ShutdownWindow = Limits.Step });
        await session.Connection.GiveInvocationAsync();
        await started.WaitAsync();

        Task<int> exit = session.Runtime.StopAsync();
        RecordedRequest post = await session.AcceptPostAsync();

        Assert.Equal("partial end", post.BodyText);
        Assert.Empty(post.Trailers);
        Assert.Equal(0, await exit);
    }

    [Fact]
    public async Task A_handler_that_ignores_a_stop_is_left_after_the_window()
    {
        var time = new ManualClock();
        var started = new Gate();
        var never = new TaskCompletionSource();
        await using Session session = await Session.StartAsync(
            async (_, response, _) =>
            {
                await response.WriteAsync("partial");
                started.Open();
                await never.Task;
            },
            options: new LambdaRuntimeOptions { TimeProvider = time, ShutdownWindow = TimeSpan.FromSeconds(2) });
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", "99999999999999"));
        await started.WaitAsync();

        Task<int> exit = session.Runtime.StopAsync();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        Assert.False(exit.IsCompleted);
        time.AdvanceNow(TimeSpan.FromSeconds(2));

        Assert.Equal(0, await exit.WaitAsync(Limits.Step));
        never.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deadline_and_stop_reach_a_write_that_the_handler_has_left_running(bool byDeadline)
    {
        var time = new ManualClock();
        var returned = new Gate();
        Task? left = null;
        await using Session session = await Session.StartAsync(
            (_, response, token) =>
            {
                // Nobody reads: it waits for room.
                left = response.WriteAsync(new byte[16 * 1024 * 1024], token).AsTask();
                returned.Open();
                return Task.CompletedTask;
            },
            options: new LambdaRuntimeOptions { TimeProvider = time });
        string deadline = (time.GetUtcNow() + TimeSpan.FromSeconds(10)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", deadline));
        await returned.WaitAsync();
        Assert.False(left!.IsCompleted);

        if (byDeadline)
            time.AdvanceNow(TimeSpan.FromSeconds(10));
        Task<int>? exit = byDeadline ? null : session.Runtime.StopAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.WaitAsync(Limits.Step));
        if (byDeadline)
            Assert.StartsWith("GET", (await (await session.Api.AcceptAsync()).ReadHeadAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(0, await (exit ?? session.Runtime.StopAsync()));
        Assert.Contains("The write was cancelled", Assert.Single(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_ends_a_process_whose_handler_blocks_the_thread_of_Main()
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = StartSoak(api);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync("request-1", BlockThread);
        await function.WaitForOutputAsync("The handler blocks its thread");

        function.Signal(RunningProgram.Terminate);

        Assert.Equal(0, await function.WaitForExitAsync());
    }

    [Fact]
    public async Task The_token_fires_and_Lambda_is_told_although_the_thread_pool_is_blocked()
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = StartSoak(api);
        ScriptedConnection connection = await api.AcceptAsync();
        string deadline = TimeProvider.System.GetUtcNow().AddSeconds(2).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await connection.GiveInvocationAsync("request-1", BlockPool, ("Lambda-Runtime-Deadline-Ms", deadline));

        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("Function.DeadlineNear", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.True((await connection.ReadHeadAsync()).IsNext);
        function.Signal(RunningProgram.Terminate);
        Assert.Equal(0, await function.WaitForExitAsync());
    }

    [Fact]
    public async Task SIGTERM_ends_a_process_whose_handlers_block_their_threads_and_the_thread_pool()
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = StartSoak(api, "3");
        await (await api.AcceptAsync()).GiveInvocationAsync("request-1", BlockPool);
        await function.WaitForOutputAsync("The handler blocks the thread pool");
        // One of these may have the program's own thread.
        for (int i = 2; i <= 3; i++)
        {
            await (await api.AcceptAsync()).GiveInvocationAsync($"request-{i}", BlockThread);
            await function.WaitForOutputAsync($"request-{i}\tThe handler blocks its thread");
        }

        function.Signal(RunningProgram.Terminate);

        Assert.Equal(0, await function.WaitForExitAsync());
    }

    private const string BlockThread = """{"Behaviour":"BlockThread","Gates":[]}""";
    private const string BlockPool = """{"Behaviour":"BlockPool","Gates":[]}""";

    private static RunningProgram StartSoak(ScriptedRuntimeApi api, string? concurrency = null) => RunningProgram.Start(
        BuiltPrograms.Soak,
        [],
        new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address, ["AWS_LAMBDA_MAX_CONCURRENCY"] = concurrency });
}
