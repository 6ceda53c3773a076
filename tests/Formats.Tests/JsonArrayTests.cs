using System.Text.Json;
using System.Threading.Channels;

using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

public sealed class JsonArrayTests
{
    [Fact]
    public async Task Each_item_is_on_its_way_before_the_next_is_there()
    {
        var source = Channel.CreateUnbounded<int>();
        TestRun run = OneResponse.Start((response, token) =>
            response.SendJsonArrayAsync(source.Reader.ReadAllAsync(token), TestJson.Default.Int32, token));

        await source.Writer.WriteAsync(10);
        Assert.Equal("[10\n", (await run.ReadChunkAsync())?.Text);
        await source.Writer.WriteAsync(20);
        Assert.Equal(",20\n", (await run.ReadChunkAsync())?.Text);
        source.Writer.Complete();
        TestResponse response = await run.WaitAsync();

        Assert.Equal((200, "application/json"), (response.StatusCode, response.Headers["Content-Type"]));
        Assert.Equal([10, 20], JsonSerializer.Deserialize(response.Body.Span, TestJson.Default.Int32Array)!);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task An_empty_sequence_is_an_empty_array()
    {
        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendJsonArrayAsync(new Sequence<int>().ReadAsync(token), TestJson.Default.Int32, new(203, ("X-Page", "9")), token));

        Assert.Equal((203, "[]\n", "9"), (response.StatusCode, response.BodyText, response.Headers["X-Page"]));
        Assert.Equal("application/json", response.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_sequence_that_fails_before_its_first_item_fails_the_invocation()
    {
        TestResponse response = await RunAsync(new Sequence<int> { Failure = new TimeoutException() });

        Assert.Equal((502, ""), (response.StatusCode, response.BodyText));
        Assert.False(response.Error?.IsMidResponse);
    }

    [Fact]
    public async Task A_sequence_that_fails_later_leaves_the_array_open()
    {
        var numbers = new Sequence<int>(1, 2) { Failure = new TimeoutException() };

        TestResponse response = await RunAsync(numbers);

        Assert.Equal("[1\n,2\n", response.BodyText);
        Assert.Equal(("TimeoutException", true), (response.Error?.Type, response.Error?.IsMidResponse));
        Assert.True(numbers.IsDisposed);
    }

    [Fact]
    public async Task A_deadline_leaves_the_array_open()
    {
        var clock = new ManualClock();
        var numbers = new Sequence<int>(1) { Waits = true };
        TestRun run = OneResponse.Start(clock, (response, token) =>
            response.SendJsonArrayAsync(numbers.ReadAsync(CancellationToken.None), TestJson.Default.Int32, token));

        await run.ReadChunkAsync();
        await clock.AdvanceAsync(TimeSpan.FromSeconds(10));
        TestResponse response = await run.WaitAsync();

        Assert.Equal("[1\n", response.BodyText);
        Assert.Equal("Function.DeadlineNear", response.Error?.Type);
    }

    private static Task<TestResponse> RunAsync(Sequence<int> numbers) =>
        OneResponse.RunAsync((response, token) => response.SendJsonArrayAsync(numbers.ReadAsync(token), TestJson.Default.Int32, token));
}
