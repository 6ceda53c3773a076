using System.Net;
using System.Threading.Channels;

namespace StreamingLambda.Examples.Tests;

/// <summary>A collector of OpenTelemetry's that takes down what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Channel<(string Path, byte[] Body)> _posts = Channel.CreateUnbounded<(string Path, byte[] Body)>();

    private Collector(int port) => Url = $"http://127.0.0.1:{port}/";

    public string Url { get; }

    public static Collector Start()
    {
        // HttpListener takes no port 0.
        for (int attempt = 0; ; attempt++)
        {
            var collector = new Collector(Random.Shared.Next(20000, 60000));
            collector._listener.Prefixes.Add(collector.Url);
            try
            {
                collector._listener.Start();
                _ = collector.ListenAsync();
                return collector;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // The port is taken.
            }
        }
    }

    /// <summary>The next request.</summary>
    public async Task<(string Path, byte[] Body)> NextAsync() => await _posts.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

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
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            await _posts.Writer.WriteAsync((context.Request.Url!.AbsolutePath, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }
}
