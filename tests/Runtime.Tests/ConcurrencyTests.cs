using System.Globalization;
using System.Text;

using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>Several invocations in one process, as on Lambda Managed Instances.</summary>
public sealed class ConcurrencyTests
{
    private const int Streams = 64;

    private static readonly LambdaEnvironment Environment = new() { MaxConcurrency = "64", InitializationType = "lambda-managed-instances" };

    [Fact]
    public async Task Sixty_four_streams_at_once_never_mix_their_bytes()
    {
        const int chunks = 100;
        using var together = new Barrier();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            async (invocation, response, _) =>
            {
                string mark = Encoding.UTF8.GetString(invocation.Event.Span);
                await together.ArriveAsync();
                await response.WriteStatusAndHeadersAsync(new(200, ("x-mark", mark)));
                for (int i = 0; i < chunks; i++)
                {
                    await response.WriteAsync(Text(mark, Size(i)));
                    if (i % 16 == 0)
                        await Task.Yield();
                }
                await response.FinishAsync();
            },
            Environment);

        var feed = new InvocationFeed(api, Enumerable.Range(0, Streams).Select(i => ($"request-{i}", $"<{i}>")));
        IReadOnlyDictionary<string, RecordedRequest> posts = await feed.PostsAsync();

        Assert.Equal(Streams, posts.Count);
        Assert.All(posts, post =>
        {
            string mark = $"<{post.Key["request-".Length..]}>";
            string body = post.Value.BodyText;
            Assert.Contains($"\"x-mark\":\"{mark}\"", body, StringComparison.Ordinal);
            Assert.Equal(string.Concat(Enumerable.Range(0, chunks).Select(i => Text(mark, Size(i)))), body[(body.LastIndexOf('\0') + 1)..]);
        });
        Assert.InRange(api.ConnectionCount, 1, Streams);
        Assert.Empty(runtime.LogLines);
    }

    [Fact]
    public async Task One_handlers_crash_touches_no_other()
    {
        var crashed = new Gate();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            async (invocation, response, _) =>
            {
                await response.WriteAsync("partial");
                if (invocation.RequestId == "crashes")
                    throw new InvalidOperationException("crashes");
                if (invocation.RequestId == "comes-later")
                    crashed.Open();
                await crashed.WaitAsync();
                await response.WriteAndFinishAsync(" end");
            },
            Environment with { MaxConcurrency = "2" });

        // The third invocation needs the loop of the first, so it comes after the crash; the second lives through it.
        var feed = new InvocationFeed(api, [("crashes", ""), ("lives", ""), ("comes-later", "")]);
        IReadOnlyDictionary<string, RecordedRequest> posts = await feed.PostsAsync();

        Assert.Equal("Function.InvalidOperationException", posts["crashes"].Trailers[0].Value);
        Assert.Equal("partial end", posts["lives"].BodyText);
        Assert.Equal("partial end", posts["comes-later"].BodyText);
        Assert.Empty(posts["lives"].Trailers);
    }

    [Fact]
    public async Task Sixty_four_handlers_that_block_their_threads_run_at_once()
    {
        // More than the thread pool grows by within the limit.
        using var together = new CountdownEvent(Streams);
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            async (_, response, _) =>
            {
                together.Signal();
                bool all = together.Wait(Limits.Step, CancellationToken.None);
                await response.WriteAndFinishAsync(all ? "together" : "alone");
            },
            Environment);

        var feed = new InvocationFeed(api, Enumerable.Range(0, Streams).Select(i => ($"request-{i}", "{}")));

        Assert.All(await feed.PostsAsync(), post => Assert.Equal("together", post.Value.BodyText));
    }

    [Fact]
    public async Task A_Runtime_API_lost_by_one_loop_ends_the_process()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, (_, _, _) => Task.CompletedTask, Environment with { MaxConcurrency = "3" });
        ScriptedConnection first = await api.AcceptAsync();
        await first.ReadHeadAsync();
        first.Reset();

        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
        Assert.Single(runtime.LogLines);
    }

    [Fact]
    public async Task A_Runtime_API_lost_by_one_loop_lets_the_others_end_their_responses()
    {
        var started = new Gate();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            async (_, response, token) =>
            {
                await response.WriteAsync("partial");
                var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using CancellationTokenRegistration registration = token.Register(fired.SetResult);
                started.Open();
                await fired.Task;
                await response.WriteAndFinishAsync(" end", CancellationToken.None);
            },
            Environment with { MaxConcurrency = "2" },
            new LambdaRuntimeOptions { ShutdownWindow = Limits.Step });
        (ScriptedConnection works, ScriptedConnection waits) = (await api.AcceptAsync(), await api.AcceptAsync());
        await works.GiveInvocationAsync();
        await started.WaitAsync();
        await waits.ReadHeadAsync();
        waits.Reset();

        RecordedRequest post = await works.ReadRequestAsync();
        await works.AnswerAsync(202);

        Assert.Equal("partial end", post.BodyText);
        Assert.Empty(post.Trailers);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains("The process ends: GET /2018-06-01/runtime/invocation/next", Assert.Single(runtime.LogLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_does_not_end_in_the_window_is_left_and_after_a_500_there_is_none(bool fatal)
    {
        var time = new ManualClock();
        var started = new Gate();
        var never = new TaskCompletionSource();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            async (_, response, _) =>
            {
                await response.WriteAsync("partial");
                started.Open();
                await never.Task;
            },
            Environment with { MaxConcurrency = "2" },
            new LambdaRuntimeOptions { ShutdownWindow = TimeSpan.FromSeconds(2), TimeProvider = time });
        (ScriptedConnection works, ScriptedConnection waits) = (await api.AcceptAsync(), await api.AcceptAsync());
        await works.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", "99999999999999"));
        await started.WaitAsync();
        await waits.ReadHeadAsync();
        if (fatal)
            await waits.AnswerAsync(500);
        else
            waits.Reset();

        TimeSpan window = fatal ? TimeSpan.Zero : TimeSpan.FromSeconds(2);
        await time.WaitForTimerAsync(window);
        Assert.False(runtime.Exited.IsCompleted);
        time.AdvanceNow(window);

        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
        never.SetResult();
    }

    /// <summary>On both sides of every threshold of the send path; most are small.</summary>
    private static int Size(int chunk) => chunk % 25 == 0 ? 15_000 + (chunk * 50) : chunk;

    private static string Text(string mark, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{mark}{new string('.', length)}");

    /// <summary>Lets go when all streams have arrived.</summary>
    private sealed class Barrier : IDisposable
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public async Task ArriveAsync()
        {
            if (Interlocked.Increment(ref _arrived) == Streams)
                _all.SetResult();
            await _all.Task.WaitAsync(Limits.Step);
        }

        public void Dispose() => _all.TrySetCanceled();
    }
}
