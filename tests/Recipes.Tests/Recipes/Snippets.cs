using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Recipes.Tests.Recipes;

/// <summary>The recipes that are a few lines of a handler.</summary>
internal static class Snippets
{
    public static Task Clock(ResponseStreamWriter response, TimeProvider clock, CancellationToken cancellationToken)
    {
        #region event-source
        return response.SendServerSentEventsAsync(TicksAsync(cancellationToken), cancellationToken);

        async IAsyncEnumerable<SseItem<string>> TicksAsync([EnumeratorCancellation] CancellationToken token)
        {
            for (int i = 1; i <= 10; i++)
            {
                yield return new SseItem<string>($"{i} of 10", "tick") { EventId = $"{i}" };
                await Task.Delay(TimeSpan.FromSeconds(1), clock, token);
            }
            yield return new SseItem<string>("", "done");
        }
        #endregion
    }

    public static async Task Gzip(
        Invocation invocation, ResponseStreamWriter response, IAsyncEnumerable<string> lines, CancellationToken cancellationToken)
    {
        #region gzip
        string accepted = FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request) ? request.GetHeader("Accept-Encoding") ?? "" : "";
        bool takesGzip = accepted.Split(',').Any(one => StringWithQualityHeaderValue.TryParse(one, out StringWithQualityHeaderValue? coding)
            && coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality != 0);
        StatusAndHeaders head = takesGzip
            ? new(200, ("Content-Type", "text/csv"), ("Vary", "Accept-Encoding"), ("Content-Encoding", "gzip"))
            : new(200, ("Content-Type", "text/csv"), ("Vary", "Accept-Encoding"));
        await response.WriteStatusAndHeadersAsync(head, cancellationToken);
        Stream body = takesGzip ? new GZipStream(response.AsStream(), CompressionLevel.Fastest) : response.AsStream();
        await foreach (string line in lines.WithCancellation(cancellationToken))
        {
            await body.WriteAsync(Encoding.UTF8.GetBytes(line), cancellationToken);
            // Else the compressor keeps what it has until it is worth a block. Each flush costs some bytes.
            await body.FlushAsync(cancellationToken);
        }
        await body.DisposeAsync();
        await response.FinishAsync();
        #endregion
    }

    public static async Task Routes(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region routes
        if (!FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
        {
            await response.SendTextAsync("This function takes requests to its URL.\n", new(400), cancellationToken);
            return;
        }
        string[] path = request.RequestContext.Http.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (request.RequestContext.Http.Method, path)
        {
            case ("GET", []):
                await response.SendTextAsync("orders live at /orders\n", cancellationToken);
                break;
            case ("GET", ["orders", var id]):
                await response.SendTextAsync($"order {id}\n", cancellationToken);
                break;
            case ("POST", ["orders"]):
                await response.SendTextAsync("accepted\n", new(201, ("Location", "/orders/7")), cancellationToken);
                break;
            case (_, ["orders", ..]):
                await response.SendTextAsync("Use GET or POST.\n", new(405, ("Allow", "GET, POST")), cancellationToken);
                break;
            default:
                await response.SendTextAsync("There is nothing here.\n", new(404), cancellationToken);
                break;
        }
        #endregion
    }

    public static async Task Background(
        Invocation invocation, ResponseStreamWriter response, Func<CancellationToken, Task> countAsync, CancellationToken cancellationToken)
    {
        #region background
        // It finishes: the caller has everything now.
        await response.SendTextAsync("accepted\n", new(202), cancellationToken);
        try
        {
            await countAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            invocation.Log.Warn("The work after the response was given up: the deadline is near.");
        }
        #endregion
    }

    public static string Price(decimal amount)
    {
        #region culture
        var swiss = new NumberFormatInfo { NumberGroupSeparator = "’", NumberDecimalSeparator = "." };
        string price = amount.ToString("N2", swiss);
        #endregion
        return price;
    }

    public static string CodePage(byte[] bytes)
    {
        #region code-page
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        string text = Encoding.GetEncoding(1252).GetString(bytes);
        #endregion
        return text;
    }

    public static string Departure(DateTimeOffset departure)
    {
        #region time-zone
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
        string local = TimeZoneInfo.ConvertTime(departure, zone).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
        #endregion
        return local;
    }
}
