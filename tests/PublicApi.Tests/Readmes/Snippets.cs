using System.Net.ServerSentEvents;

using Microsoft.AspNetCore.Builder;

using StreamingLambda.AspNetCore;
using StreamingLambda.Formats;
using StreamingLambda.PublicApi.Tests.Examples;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;
using StreamingLambda.Testing;

namespace StreamingLambda.PublicApi.Tests.Readmes;

/// <summary>The code that the packages' pages show. The tests among it are run.</summary>
public sealed class Snippets
{
    #region unit-test
    [Fact]
    public async Task Greets_by_name()
    {
        TestResponse response = await new TestHost(new Hello()).InvokeAsync(FunctionUrlEvent.Get("/?name=Ada"));
        Assert.Equal(200, response.StatusCode);
        Assert.Equal("Hello Ada\n", response.BodyText);
    }
    #endregion

    [Fact]
    public async Task Greets_without_a_pause()
    {
        #region unit-test-clock
        var clock = new ManualClock { AutoAdvance = true };
        TestResponse response = await new TestHost(new Hello(clock)) { TimeProvider = clock }.InvokeAsync(FunctionUrlEvent.Get("/?name=Ada"));
        #endregion
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(response.Chunks).Elapsed);
    }

    internal static async Task SendAsync(Order order, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region formats
        await response.SendJsonAsync(order, OrderJson.Default.Order, new(201), cancellationToken);
        await response.SendProblemAsync("There is no order 7.", new(404), cancellationToken);
        await response.SendServerSentEventsAsync(ReadTokensAsync(cancellationToken), cancellationToken);
        await response.SendJsonLinesAsync(ReadOrdersAsync(cancellationToken), OrderJson.Default.Order, cancellationToken);
        #endregion
    }

    internal static void Run(string[] args)
    {
        #region app
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        builder.UseLambda(); // On Lambda: Lambda's events. Elsewhere: Kestrel.
        WebApplication app = builder.Build();
        app.MapGet("/", () => "Hello from Lambda");
        app.Run();
        #endregion
    }

    private static IAsyncEnumerable<SseItem<string>> ReadTokensAsync(CancellationToken cancellationToken) =>
        throw new OperationCanceledException(cancellationToken);

    private static IAsyncEnumerable<Order> ReadOrdersAsync(CancellationToken cancellationToken) =>
        throw new OperationCanceledException(cancellationToken);

    private sealed class Hello(TimeProvider? time = null) : IStreamingLambdaHandler
    {
        public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
        {
            Assert.True(FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request));
            if (time is not null)
                await Task.Delay(TimeSpan.FromMinutes(1), time, cancellationToken);
            await response.WriteStatusAndHeadersAsync(new(200), cancellationToken);
            await response.WriteAndFinishAsync($"Hello {request.GetQuery("name")}\n", cancellationToken);
        }
    }
}
