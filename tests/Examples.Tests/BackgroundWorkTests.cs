using System.Net;
using System.Threading.Channels;

namespace StreamingLambda.Examples.Tests;

public sealed class BackgroundWorkTests
{
    [Fact]
    public async Task The_caller_has_its_answer_before_the_work_begins_and_the_invocation_lasts_until_it_is_done()
    {
        await using Warehouse warehouse = await Warehouse.StartAsync();
        await using LocalLambda lambda = await StartAsync(warehouse);
        using HttpResponseMessage response = await lambda.PostAsync("""{"item":"pen","quantity":3}""");
        // To its end, while the warehouse has not answered.
        string receipt = await response.Content.ReadAsStringAsync().WaitAsync(Limits.Step);
        LocalInvocation invocation = lambda.InvocationOf(response);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($$"""{"id":"{{invocation.RequestId}}","item":"pen","quantity":3}""", receipt);
        TaskCompletionSource<int> told = await warehouse.NextAsync();
        Assert.Null(invocation.Report);
        told.SetResult(200);
        await invocation.WaitAsync();
        Assert.Null(invocation.Error);
        Assert.Contains(invocation.Log, line => line.Contains("The warehouse has the order.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_of_the_work_is_in_the_log_and_changes_nothing_for_the_caller()
    {
        await using Warehouse warehouse = await Warehouse.StartAsync();
        await using LocalLambda lambda = await StartAsync(warehouse);
        using HttpResponseMessage response = await lambda.PostAsync("""{"item":"pen","quantity":3}""");
        Assert.Contains("pen", await response.Content.ReadAsStringAsync().WaitAsync(Limits.Step), StringComparison.Ordinal);
        (await warehouse.NextAsync()).SetResult(503);
        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitForLogAsync("503 (Service Unavailable)");
        await invocation.WaitAsync();

        Assert.Equal((202, null), (invocation.StatusCode, invocation.Error));
        Assert.Empty(invocation.Trailers);
    }

    [Fact]
    public async Task Work_that_is_not_done_in_time_is_given_up_and_named_in_the_log()
    {
        await using Warehouse warehouse = await Warehouse.StartAsync();
        await using LocalLambda lambda = await StartAsync(warehouse, TimeSpan.FromSeconds(4));
        using HttpResponseMessage response = await lambda.PostAsync("""{"item":"pen","quantity":3}""");
        await warehouse.NextAsync();
        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitForLogAsync("was not told in time");
        await invocation.WaitAsync();

        Assert.Null(invocation.Error);
        string receipt = $"Receipt {{ Id = {invocation.RequestId}, Item = pen, Quantity = 3 }}";
        Assert.Contains(invocation.Log, line => line.Contains(receipt, StringComparison.Ordinal));
    }

    private static Task<LocalLambda> StartAsync(Warehouse warehouse, TimeSpan? timeout = null) =>
        Example.StartAsync("background-work", new LocalLambdaOptions
        {
            Timeout = timeout,
            Environment = new Dictionary<string, string> { ["WAREHOUSE_URL"] = warehouse.Url, ["NO_PROXY"] = "127.0.0.1" },
        });

    /// <summary>Takes orders, and answers when the test says so.</summary>
    private sealed class Warehouse : IAsyncDisposable
    {
        private readonly LoopbackServer _server;
        private readonly Channel<TaskCompletionSource<int>> _orders;

        private Warehouse(LoopbackServer server, Channel<TaskCompletionSource<int>> orders)
        {
            _server = server;
            _orders = orders;
        }

        public string Url => _server.Url.AbsoluteUri;

        public static async Task<Warehouse> StartAsync()
        {
            var orders = Channel.CreateUnbounded<TaskCompletionSource<int>>();
            return new Warehouse(
                await LoopbackServer.StartAsync(async context =>
                {
                    var status = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
                    await orders.Writer.WriteAsync(status);
                    context.Response.StatusCode = await status.Task.WaitAsync(context.RequestAborted);
                }),
                orders);
        }

        /// <summary>The next order, which takes the status to answer with.</summary>
        public async Task<TaskCompletionSource<int>> NextAsync() => await _orders.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
