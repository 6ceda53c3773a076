using StreamingLambda.Testing;

namespace StreamingLambda.PublicApi.Tests.Examples;

/// <summary>The code in the doc comments of StreamingLambda.Testing.</summary>
internal static class TestingExamples
{
    public static async Task TestAsync()
    {
        #region TestHost
        TestResponse response = await new TestHost(new Hello()).InvokeAsync(FunctionUrlEvent.Get("/?name=Ada"));
        Assert.Equal(200, response.StatusCode);
        Assert.Equal("Hello Ada\n", response.BodyText);
        #endregion
    }

    public static async Task PausesAsync()
    {
        #region ManualClock
        var clock = new ManualClock { AutoAdvance = true };
        var host = new TestHost(new Countdown(clock)) { TimeProvider = clock };
        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get());
        Assert.Equal(TimeSpan.FromSeconds(10), response.Chunks[^1].Elapsed);
        #endregion
    }

    public static async Task TypedAsync()
    {
        #region JsonTestHost
        var host = new JsonTestHost<Order>(OrderJson.Default.Order, new PlaceOrder());
        TestResponse response = await host.InvokeAsync(new Order("pen", 3));
        #endregion
        Assert.Null(response.Error);
    }

    public static async Task WatchAsync(TestHost host)
    {
        #region TestRun
        TestRun run = host.Start(FunctionUrlEvent.Get("/"));
        Assert.Equal("first\n", (await run.ReadChunkAsync())?.Text);
        TestResponse response = await run.WaitAsync();
        #endregion
    }

    public static void Check(TestResponse response)
    {
        #region TestResponse
        Assert.Null(response.Error);
        Assert.Equal("text/plain", response.Headers["content-type"]);
        #endregion

        #region ResponseChunk
        Assert.Equal(TimeSpan.FromSeconds(1), response.Chunks[1].Elapsed);
        #endregion

        #region ReportedError
        Assert.Equal("TimeoutException", response.Error?.Type);
        #endregion
    }

    public static void Events(byte[] image)
    {
        #region FunctionUrlEvent
        ReadOnlyMemory<byte> get = FunctionUrlEvent.Get("/?name=Ada", ("Accept", "text/plain"));
        ReadOnlyMemory<byte> post = FunctionUrlEvent.Post("/orders", """{"id":7}""");
        ReadOnlyMemory<byte> put = FunctionUrlEvent.Create("PUT", "/images/1", image, ("Content-Type", "image/png"));
        #endregion
    }

    public static void ApiEvents(byte[] image)
    {
        #region ApiGatewayEvent
        var orders = new ApiGatewayEvent("/orders/{id}", stage: "v1");
        ReadOnlyMemory<byte> get = orders.Get("/orders/7?tag=new&tag=urgent", ("Accept", "text/plain"));
        ReadOnlyMemory<byte> post = new ApiGatewayEvent().Post("/orders", """{"id":7}""");
        ReadOnlyMemory<byte> put = new ApiGatewayEvent("/images/{name+}").Create("PUT", "/images/1", image, ("Content-Type", "image/png"));
        #endregion
    }
}
