using System.IO.Compression;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>The code of docs/formats.md that sends sequences, text, files and compressed bodies; <see cref="FormatSnippetsTests"/> runs
/// it.</summary>
internal static class FormatSnippets
{
    public static async Task PlainText(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region send-text
        await response.SendTextAsync("Hello\n", cancellationToken);
        #endregion
    }

    public static async Task Html(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region send-html
        await response.SendTextAsync("<p>Hello</p>", new(200, ("Content-Type", "text/html; charset=utf-8")), cancellationToken);
        #endregion
    }

    public static async Task Json(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region send-json
        await response.SendJsonAsync(new Order("pen", 3), OrderJson.Default.Order, new(201, ("Location", "/orders/7")), cancellationToken);
        #endregion
    }

    public static async Task Redirect(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region send-redirect
        await response.SendRedirectAsync("/elsewhere", cancellationToken);
        #endregion
    }

    public static async Task Empty(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region send-empty
        await response.SendEmptyAsync(cancellationToken);
        #endregion
    }

    public static async Task Problem(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region send-problem
        await response.SendProblemAsync("There is no order 7.", new(404), cancellationToken);
        #endregion
    }

    public static async Task RawForDirectInvocations(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region raw-choice
        response.IsRaw = !FunctionUrlRequest.TryRead(invocation, out _) && !ApiGatewayRequest.TryRead(invocation, out _);
        await response.SendJsonAsync(new Order("pen", 3), OrderJson.Default.Order, cancellationToken);
        #endregion
    }

    public static async Task Events(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region events
        await response.SendServerSentEventsAsync(ReadTokensAsync(cancellationToken), cancellationToken);
        #endregion
    }

    public static async Task TypedEvents(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region typed-events
        var options = new ServerSentEventsOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(5),
            DescribeError = e => e is TimeoutException ? new StreamError("busy", "The warehouse does not answer. Try again later.") : null,
        };
        await response.SendServerSentEventsAsync(
            ReadOrderEventsAsync(cancellationToken), OrderJson.Default.Order, new(200), options, cancellationToken);
        #endregion
    }

    public static async Task Lines(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region lines
        await response.SendJsonLinesAsync(ReadOrdersAsync(cancellationToken), OrderJson.Default.Order, cancellationToken);
        #endregion
    }

    public static async Task Array(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region array
        await response.SendJsonArrayAsync(
            ReadOrdersAsync(cancellationToken), OrderJson.Default.Order, new(200, ("Cache-Control", "max-age=60")), cancellationToken);
        #endregion
    }

    public static async Task Text(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<string> words = ReadWordsAsync(cancellationToken);

        #region text
        await response.SendTextAsync(words, cancellationToken);
        #endregion
    }

    public static async Task File(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region file
        string path = Path.Combine(AppContext.BaseDirectory, "logo.png");
        await response.SendFileAsync(path, new(200, ("Content-Type", "image/png")), cancellationToken);
        #endregion
    }

    public static Func<Invocation, ResponseStreamWriter, CancellationToken, Task> Proxy(HttpClient httpClient, Uri address) =>
        async (_, response, cancellationToken) =>
        {
            #region proxy
            await using Stream content = await httpClient.GetStreamAsync(address, cancellationToken);
            await response.SendStreamAsync(content, new(200, ("Content-Type", "text/html")), cancellationToken);
            #endregion
        };

    public static Func<Invocation, ResponseStreamWriter, CancellationToken, Task> Brotli(Stream file) => async (_, response, cancellationToken) =>
    {
        #region brotli
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain"), ("Content-Encoding", "br")), cancellationToken);
        var brotli = new BrotliStream(response.AsStream(), CompressionLevel.Fastest);
        await file.CopyToAsync(brotli, cancellationToken);
        await brotli.DisposeAsync();
        await response.FinishAsync();
        #endregion
    };

    #region tokens
    private static async IAsyncEnumerable<SseItem<string>> ReadTokensAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string word in ReadWordsAsync(cancellationToken))
            yield return new SseItem<string>(word);
        yield return new SseItem<string>("", "done");
    }
    #endregion

    private static async IAsyncEnumerable<string> ReadWordsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string word in (string[])["Once ", "upon ", "a time"])
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return word;
        }
    }

    private static async IAsyncEnumerable<Order> ReadOrdersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int quantity = 1; quantity <= 2; quantity++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Order("pen", quantity);
        }
    }

    private static async IAsyncEnumerable<SseItem<Order>> ReadOrderEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Order order in ReadOrdersAsync(cancellationToken))
            yield return new SseItem<Order>(order, "order");
        throw new TimeoutException("connection to 10.0.3.7 timed out");
    }
}
