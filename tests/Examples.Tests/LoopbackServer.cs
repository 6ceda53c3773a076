using System.Net;

namespace StreamingLambda.Examples.Tests;

/// <summary>A server of a test's own, for what a function calls: takes one request after the other, until it is disposed of.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerContext, Task> _serve;

    private LoopbackServer(int port, Func<HttpListenerContext, Task> serve)
    {
        _serve = serve;
        Url = $"http://127.0.0.1:{port}/";
        _listener.Prefixes.Add(Url);
    }

    public string Url { get; }

    /// <param name="serve">Reads a request, and answers it then or later.</param>
    public static LoopbackServer Start(Func<HttpListenerContext, Task> serve)
    {
        // HttpListener takes no port 0.
        for (int attempt = 0; ; attempt++)
        {
            var server = new LoopbackServer(Random.Shared.Next(20000, 60000), serve);
            try
            {
                server._listener.Start();
                _ = server.ListenAsync();
                return server;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // The port is taken.
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Close();
        return ValueTask.CompletedTask;
    }

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            await _serve(context);
        }
    }
}
