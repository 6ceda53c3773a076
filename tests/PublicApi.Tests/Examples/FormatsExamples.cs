using System.Net.ServerSentEvents;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.PublicApi.Tests.Examples;

/// <summary>The code in the doc comments of StreamingLambda.Formats.</summary>
internal static class FormatsExamples
{
    public static Dictionary<string, Func<IStreamingLambdaHandler>> Table() => new()
    {
        #region JsonStreamingHandler
        [nameof(PlaceOrder)] = static () => new JsonStreamingHandler<Order>(OrderJson.Default.Order, new PlaceOrder()),
        #endregion
    };

    public static async Task SendEventsAsync(ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region ResponseStreamWriterServerSentEventsExtensions
        await response.SendServerSentEventsAsync(ReadTokensAsync(cancellationToken), cancellationToken);
        #endregion
    }

    public static async Task SendLinesAsync(ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region ResponseStreamWriterJsonExtensions
        await response.SendJsonLinesAsync(ReadOrdersAsync(cancellationToken), OrderJson.Default.Order, cancellationToken);
        #endregion
    }

    public static async Task SendFileAsync(ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region ResponseStreamWriterContentExtensions
        await response.SendFileAsync("report.pdf", new(200, ("Content-Type", "application/pdf")), cancellationToken);
        #endregion
    }

    public static async Task SendProblemAsync(ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region ResponseStreamWriterStatusExtensions
        await response.SendProblemAsync("Use one whole number for 'count'.", new(400), cancellationToken);
        #endregion
    }

    public static async Task SendTypedProblemAsync(ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region HttpProblem
        var problem = new HttpProblem
        {
            Type = "https://example.com/problems/out-of-stock",
            Title = "Out of stock",
            Detail = "There are 3 pens left, and 5 were ordered.",
            WriteMembers = json => json.WriteNumber("left", 3),
        };
        await response.SendProblemAsync(problem, new(409), cancellationToken);
        #endregion
    }

    public static ServerSentEventsOptions ChooseInterval()
    {
        #region ServerSentEventsOptions
        var options = new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.FromSeconds(5) };
        #endregion
        return options;
    }

    public static JsonLinesOptions DescribeByType()
    {
        #region JsonLinesOptions
        var options = new JsonLinesOptions { DescribeError = e => new StreamError("failed", e.GetType().Name) };
        #endregion
        return options;
    }

    public static JsonLinesOptions DescribeErrors()
    {
        #region StreamError
        var options = new JsonLinesOptions { DescribeError = e => e is TimeoutException ? new StreamError("busy", "Try again later.") : null };
        #endregion
        return options;
    }

    private static IAsyncEnumerable<SseItem<string>> ReadTokensAsync(CancellationToken cancellationToken) =>
        throw new OperationCanceledException(cancellationToken);

    private static IAsyncEnumerable<Order> ReadOrdersAsync(CancellationToken cancellationToken) =>
        throw new OperationCanceledException(cancellationToken);
}
