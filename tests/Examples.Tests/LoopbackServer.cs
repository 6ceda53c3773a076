using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Examples.Tests;

/// <summary>A server of a test's own, for what a function calls: Kestrel, until it is disposed of.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackServer(WebApplication app) => _app = app;

    /// <summary>Its address, with a slash.</summary>
    public string Url => $"{_app.Urls.Single()}/";

    /// <param name="serve">Reads a request and answers it; the answer ends when it does.</param>
    public static async Task<LoopbackServer> StartAsync(RequestDelegate serve)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(serve);
        await app.StartAsync();
        return new LoopbackServer(app);
    }

    /// <summary>Ends it, and the connections that are still open.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
