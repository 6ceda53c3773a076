using MyFunction;

using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>The tests that the README and docs/testing.md show, run as tests.</summary>
public sealed class TestingSnippets
{
    [Fact]
    public async Task The_first_test()
    {
        #region countdown-test
        TestResponse response = await new TestHost(new Countdown()).InvokeAsync(FunctionUrlEvent.Get("/"));
        Assert.Equal("3...\n2...\n1...\nLift-off\n", response.BodyText);
        #endregion
    }

    [Fact]
    public async Task Pauses()
    {
        #region test-pauses
        var clock = new ManualClock { AutoAdvance = true };
        var host = new TestHost(new SendNumbersWithPause(clock)) { TimeProvider = clock };
        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get("/?count=2&pauseMs=60000"));
        Assert.Equal(TimeSpan.FromMinutes(1), response.Chunks[1].Elapsed);
        #endregion
    }

    [Fact]
    public async Task Steps()
    {
        #region test-steps
        var clock = new ManualClock();
        var host = new TestHost(new SendNumbersWithPause(clock)) { TimeProvider = clock };
        TestRun run = host.Start(FunctionUrlEvent.Get("/?count=2&pauseMs=60000"));
        Assert.Equal("Number: 1\n", (await run.ReadChunkAsync())?.Text);
        await clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("Number: 2\n", (await run.ReadChunkAsync())?.Text);
        #endregion
        await clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Null((await run.WaitAsync()).Error);
    }

    [Fact]
    public async Task A_typed_handler()
    {
        #region test-typed
        var host = new JsonTestHost<Order>(OrderJson.Default.Order, new PlaceOrder());
        TestResponse response = await host.InvokeAsync(new Order("pen", 3));
        #endregion

        Assert.Equal(201, response.StatusCode);
    }

    [Fact]
    public async Task Errors()
    {
        #region test-errors
        var host = new TestHost(new ConditionalStreamingHandler());
        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get("/?scenario=throw"));
        Assert.Equal("InvalidOperationException", response.Error?.Type);
        Assert.False(response.Error?.IsMidResponse);
        #endregion
    }

    [Fact]
    public void The_table_takes_a_line()
    {
        var table = new Dictionary<string, Func<IStreamingLambdaHandler>>
        {
            #region table-line
            [nameof(Hello)] = static () => new Hello(),
            #endregion
            #region countdown-table-line
            [nameof(Countdown)] = static () => new Countdown(),
            #endregion
        };

        Assert.IsType<Hello>(table["Hello"]());
        Assert.IsType<Countdown>(table["Countdown"]());
    }
}
