using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Recipes.Tests.Recipes;

#region https
public sealed class Weather(Uri server) : IStreamingLambdaHandler
{
    // Once for the process: it keeps its connections, and the certificates that it trusts.
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/v1/forecast"));
        // ResponseHeadersRead: what the server sends is passed on as it comes, and not collected first.
        using HttpResponseMessage upstream = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!upstream.IsSuccessStatusCode)
        {
            invocation.Log.Warn($"The forecast answered {(int)upstream.StatusCode}.");
            await response.SendTextAsync("The forecast is not available.\n", new(503, ("Retry-After", "30")), cancellationToken);
            return;
        }
        await using Stream forecast = await upstream.Content.ReadAsStreamAsync(cancellationToken);
        await response.SendStreamAsync(forecast, new(200, ("Content-Type", "application/json")), cancellationToken);
    }
}
#endregion
