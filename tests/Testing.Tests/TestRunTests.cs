using StreamingLambda.Runtime;

namespace StreamingLambda.Testing.Tests;

public sealed class TestRunTests
{
    private static readonly byte[] AnyEvent = "{}"u8.ToArray();

    [Fact]
    public async Task A_chunk_can_be_read_while_the_handler_still_runs()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestHost host = HostOf(async (_, response, token) =>
        {
            await response.WriteAsync("first", token);
            await gate.Task;
            await response.WriteAndFinishAsync("second", token);
        });

        TestRun run = host.Start(AnyEvent);
        Assert.Equal("first", (await run.ReadChunkAsync())?.Text);
        Task<ResponseChunk?> second = run.ReadChunkAsync();
        Assert.False(second.IsCompleted);
        gate.SetResult();

        Assert.Equal("second", (await second)?.Text);
        Assert.Null(await run.ReadChunkAsync());
        Assert.Null(await run.ReadChunkAsync());
        Assert.Equal("firstsecond", (await run.WaitAsync()).BodyText);
    }

    [Fact]
    public async Task Chunks_can_be_enumerated_and_end_with_the_response_although_background_work_goes_on()
    {
        var background = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestHost host = HostOf(async (_, response, token) =>
        {
            await response.WriteAsync("a", token);
            await response.WriteAndFinishAsync("b", token);
            await background.Task;
        });

        TestRun run = host.Start(AnyEvent);
        var chunks = new List<string>();
        await foreach (ResponseChunk chunk in run.ReadChunksAsync())
            chunks.Add(chunk.Text);

        Assert.Equal(["a", "b"], chunks);
        Task<TestResponse> response = run.WaitAsync();
        Assert.False(response.IsCompleted);
        background.SetResult();
        Assert.Null((await response).Error);
    }

    [Fact]
    public async Task A_handler_that_hangs_fails_the_test_with_advice()
    {
        var never = new TaskCompletionSource();
        var host = new TestHost((_, _, _) => never.Task) { WaitLimit = TimeSpan.FromMilliseconds(50) };

        TestRun run = host.Start(AnyEvent);
        TimeoutException noChunk = await Assert.ThrowsAsync<TimeoutException>(() => run.ReadChunkAsync());
        TimeoutException noEnd = await Assert.ThrowsAsync<TimeoutException>(() => run.WaitAsync());
        never.SetResult();

        Assert.Contains("neither written nor finished within 00:00:00.05", noChunk.Message, StringComparison.Ordinal);
        Assert.Contains("has not ended", noEnd.Message, StringComparison.Ordinal);
        Assert.Contains("advance that clock", noEnd.Message, StringComparison.Ordinal);
    }

    private static TestHost HostOf(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle) => new(handle);
}
