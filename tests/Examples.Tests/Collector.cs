using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Examples.Tests;

/// <summary>A collector of OpenTelemetry's that takes down what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly Channel<(string Path, byte[] Body)> _posts;

    private Collector(LoopbackServer server, Channel<(string Path, byte[] Body)> posts)
    {
        _server = server;
        _posts = posts;
    }

    public string Url => _server.Url.AbsoluteUri;

    public static async Task<Collector> StartAsync()
    {
        var posts = Channel.CreateUnbounded<(string Path, byte[] Body)>();
        return new Collector(await LoopbackServer.StartAsync(context => TakeAsync(context, posts.Writer)), posts);
    }

    /// <summary>The next request.</summary>
    public async Task<(string Path, byte[] Body)> NextAsync() => await _posts.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, ChannelWriter<(string Path, byte[] Body)> posts)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.ContentType = "application/x-protobuf";
        await posts.WriteAsync((context.Request.Path, body.ToArray()));
    }
}
