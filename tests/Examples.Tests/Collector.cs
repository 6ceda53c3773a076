using System.Net;
using System.Threading.Channels;

namespace StreamingLambda.Examples.Tests;

/// <summary>A collector of OpenTelemetry's that takes down what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly Channel<(string Path, byte[] Body)> _posts = Channel.CreateUnbounded<(string Path, byte[] Body)>();

    private Collector() => _server = LoopbackServer.Start(TakeAsync);

    public string Url => _server.Url;

    public static Collector Start() => new();

    /// <summary>The next request.</summary>
    public async Task<(string Path, byte[] Body)> NextAsync() => await _posts.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        await _posts.Writer.WriteAsync((context.Request.Url!.AbsolutePath, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
        context.Response.Close();
    }
}
