using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Tests.Shared;

/// <summary>A server of a test's own, on a free port of 127.0.0.1, for what a function, a script or a browser calls: Kestrel, until it is disposed
/// of. It answers whatever name it is called by.</summary>
public sealed class LoopbackServer : IDisposable, IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackServer(RequestDelegate serve)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(serve);
    }

    /// <summary>Its address, with a slash.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Its port.</summary>
    public int Port => Url.Port;

    /// <param name="serve">Reads a request and answers it; the answer ends when it does.</param>
    public static async Task<LoopbackServer> StartAsync(RequestDelegate serve)
    {
        LoopbackServer server = new(serve);
        await server._app.StartAsync();
        server.Url = new Uri(server._app.Urls.Single());
        return server;
    }

    /// <summary>The same, for the constructor of a class of tests. On a thread of its own: a test's thread has to come back to what it awaits, and
    /// this one blocks.</summary>
    public static LoopbackServer Start(RequestDelegate serve) => Task.Run(() => StartAsync(serve)).GetAwaiter().GetResult();

    /// <summary>Ends it, and the connections that are still open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>The same, for a class of tests that has nothing else to wait for at its end.</summary>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();
}
