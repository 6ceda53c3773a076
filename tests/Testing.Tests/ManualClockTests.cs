using StreamingLambda.Runtime;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Testing.Tests;

/// <summary>A clock that jumps whenever the handler waits for it, and only then.</summary>
public sealed class ManualClockTests
{
    private static readonly byte[] AnyEvent = "{}"u8.ToArray();

    private readonly ManualClock _clock = new() { AutoAdvance = true };

    [Fact]
    public async Task Pauses_pass_at_once_and_each_chunk_has_its_time()
    {
        TestResponse response = await RunAsync(async (_, response, token) =>
        {
            for (int i = 0; i < 3; i++)
            {
                await response.WriteAsync("x", token);
                await Task.Delay(TimeSpan.FromMinutes(1), _clock, token);
            }
            await response.WriteAndFinishAsync("end", token);
        });

        Assert.Equal([0, 1, 2, 3], response.Chunks.Select(chunk => chunk.Elapsed.TotalMinutes));
    }

    [Fact]
    public async Task A_periodic_timer_ticks()
    {
        TestResponse response = await RunAsync(async (_, response, token) =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), _clock);
            for (int i = 0; i < 3 && await timer.WaitForNextTickAsync(token); i++)
                await response.WriteAsync("tick", token);
            await response.FinishAsync();
        });

        Assert.Equal([10, 20, 30], response.Chunks.Select(chunk => chunk.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task A_timeout_of_the_handlers_own_fires_when_nothing_else_happens()
    {
        TestResponse response = await RunAsync(async (_, response, token) =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), _clock);
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(60), _clock, limit.Token);
            }
            catch (OperationCanceledException)
            {
                await response.WriteAndFinishAsync("gave up", token);
            }
        });

        Assert.Equal(5, Assert.Single(response.Chunks).Elapsed.TotalSeconds);
    }

    [Fact]
    public async Task A_timeout_does_not_fire_while_the_handler_works()
    {
        TestResponse response = await RunAsync(async (_, response, token) =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), _clock);
            // Here, and on a thread of the pool: for longer, by a real clock, than the clock needs for a jump.
            Work();
            await Task.Run(Work, CancellationToken.None);
            await Task.Run(Work, CancellationToken.None).ConfigureAwait(false);
            Work();
            await response.WriteAndFinishAsync(limit.IsCancellationRequested.ToString(), token);
        });

        static void Work()
        {
            long start = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMilliseconds(30))
                Thread.SpinWait(100);
        }

        Assert.Equal("False", response.BodyText);
        Assert.Equal(0, response.Chunks[0].Elapsed.TotalSeconds);
    }

    [Fact]
    public async Task Work_side_by_side_is_done_in_the_order_of_its_pauses()
    {
        TestResponse response = await RunAsync(async (_, response, token) =>
        {
            var order = new System.Collections.Concurrent.ConcurrentQueue<int>();
            await Task.WhenAll(Enumerable.Range(1, 9).Reverse().Select(async seconds =>
            {
                await Task.Yield();
                await Task.Delay(TimeSpan.FromSeconds(seconds), _clock, token).ConfigureAwait(false);
                order.Enqueue(seconds);
                await Task.Delay(TimeSpan.FromMilliseconds(1), _clock, token).ConfigureAwait(false);
            }));
            await response.WriteAndFinishAsync(string.Join(' ', order), token);
        });

        Assert.Equal("1 2 3 4 5 6 7 8 9", response.BodyText);
        Assert.Equal(9.001, response.Chunks[0].Elapsed.TotalSeconds);
    }

    [Fact]
    public async Task The_deadline_comes_before_a_pause_that_is_longer()
    {
        var host = new TestHost(async (_, response, token) =>
        {
            try
            {
                await Task.Delay(TimeSpan.FromMinutes(10), _clock, token);
            }
            catch (OperationCanceledException)
            {
                await response.WriteAndFinishAsync("out of time", CancellationToken.None);
            }
        })
        { TimeProvider = _clock, Timeout = TimeSpan.FromMinutes(1) };

        TestResponse response = await host.InvokeAsync(AnyEvent);

        Assert.Equal("out of time", response.BodyText);
        Assert.Equal(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(250), response.Chunks[0].Elapsed);
    }

    [Fact]
    public async Task The_time_stands_still_while_the_handler_waits_for_the_test()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestRun run = Host(async (_, response, token) =>
        {
            await response.WriteAsync("waiting", token);
            await gate.Task.WaitAsync(token);
            await response.WriteAndFinishAsync("done", token);
        }).Start(AnyEvent);
        await run.ReadChunkAsync();
        // Long by the clock's own measure, and nothing to wait for that would tell.
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        gate.SetResult();
        TestResponse response = await run.WaitAsync();

        Assert.Equal(["waiting", "done"], response.Chunks.Select(chunk => chunk.Text));
        Assert.All(response.Chunks, chunk => Assert.Equal(TimeSpan.Zero, chunk.Elapsed));
    }

    [Fact]
    public async Task Runs_on_one_clock_wait_for_each_other()
    {
        TestHost host = Host(async (_, response, token) =>
        {
            for (int i = 0; i < 20; i++)
                await Task.Delay(TimeSpan.FromSeconds(1), _clock, token);
            await response.WriteAndFinishAsync("done", token);
        });

        TestResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => host.InvokeAsync(AnyEvent)));

        Assert.All(responses, response => Assert.Equal("done", response.BodyText));
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.InRange(_clock.GetUtcNow() - start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task Time_does_not_go_back() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _clock.AdvanceAsync(TimeSpan.FromSeconds(-1)));

    [Fact]
    public void A_timer_that_was_given_up_stays_so()
    {
        bool fired = false;
        ITimer timer = _clock.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();

        Assert.False(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
        _clock.AdvanceNow(TimeSpan.FromSeconds(2));
        Assert.False(fired);
    }

    [Fact]
    public async Task Hundreds_of_pauses_keep_their_order()
    {
        TestResponse response = await RunAsync(async (_, response, token) =>
        {
            await response.WriteAsync("0", token);
            for (int i = 0; i < 300; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _clock, token);
                await Task.Yield();
                await response.WriteAsync(".", token).ConfigureAwait(false);
            }
            await response.FinishAsync();
        });

        Assert.Equal(Enumerable.Range(0, 301), response.Chunks.Select(chunk => (int)chunk.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task Without_auto_advance_only_the_test_moves_it()
    {
        var clock = new ManualClock();
        var host = new TestHost(async (_, response, token) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3), clock, token);
            await response.WriteAndFinishAsync("done", token);
        })
        { TimeProvider = clock };
        Task<TestResponse> response = host.InvokeAsync(AnyEvent);
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(3));
        clock.AdvanceNow(TimeSpan.FromSeconds(2));
        Assert.False(response.IsCompleted);
        await clock.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(3), (await response).Chunks[0].Elapsed);
    }

    [Fact]
    public async Task A_wait_for_a_timer_that_nobody_starts_says_which_there_are()
    {
        var clock = new ManualClock { WaitLimit = TimeSpan.FromMilliseconds(20) };
        await using ITimer timer = clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(7), Timeout.InfiniteTimeSpan);

        TimeoutException exception = await Assert.ThrowsAsync<TimeoutException>(() => clock.AdvanceAsync(TimeSpan.FromSeconds(3)));

        Assert.Equal(
            "Nobody waits for 00:00:03 on this clock, within 00:00:00.0200000 (WaitLimit). Its timers are due after 00:00:07.", exception.Message);
    }

    [Fact]
    public void A_periodic_timer_fires_for_each_period_that_passes()
    {
        var clock = new ManualClock();
        var times = new List<double>();
        DateTimeOffset start = clock.GetUtcNow();
        using ITimer timer = clock.CreateTimer(
            _ => times.Add((clock.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        clock.AdvanceNow(TimeSpan.FromSeconds(6));

        Assert.Equal([1, 3, 5], times);
        Assert.Equal(6, (clock.GetUtcNow() - start).TotalSeconds);
    }

    private TestHost Host(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle) => new(handle) { TimeProvider = _clock };

    private async Task<TestResponse> RunAsync(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle)
    {
        TestResponse response = await Host(handle).InvokeAsync(AnyEvent).WaitAsync(Limits.Step);
        Assert.Null(response.Error);
        return response;
    }
}
