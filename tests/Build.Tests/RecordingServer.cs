using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace StreamingLambda.Build.Tests;

/// <summary>A server that keeps the last request and answers as the test says.</summary>
internal sealed class RecordingServer : IDisposable
{
    private readonly LoopbackServer _server;

    /// <param name="answer">Answers a request when it is recorded.</param>
    public RecordingServer(Func<HttpResponse, Task> answer)
    {
        _server = LoopbackServer.Start(async context =>
        {
            await RecordAsync(context);
            await answer(context.Response);
        });
    }

    public int Port => _server.Port;

    public string Url => _server.Url.AbsoluteUri;

    public int Requests { get; private set; }

    public string Method { get; private set; } = "";

    /// <summary>As they were sent.</summary>
    public string PathAndQuery { get; private set; } = "";

    /// <summary>The first of it.</summary>
    public string Path => PathAndQuery.Split('?')[0];

    public byte[] Body { get; private set; } = [];

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Dispose() => _server.Dispose();

    private async Task RecordAsync(HttpContext context)
    {
        Requests++;
        Method = context.Request.Method;
        PathAndQuery = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Headers.Clear();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Headers) Headers[name] = value.ToString();
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        Body = body.ToArray();
    }
}
