using System.Net;
using System.Net.Sockets;

namespace StreamingLambda.Build.Tests;

/// <summary>An HTTP server on a loopback port that keeps the last request and answers as the test says.</summary>
internal sealed class RecordingServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public RecordingServer(Func<HttpListenerRequest, HttpListenerResponse, Task> answer)
    {
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        // Not its own address only: HttpListener compares it with the Host field, which is that of the URL that a test calls.
        _listener.Prefixes.Add($"http://*:{Port}/");
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/";

    public int Requests { get; private set; }

    public string Method { get; private set; } = "";

    public string PathAndQuery { get; private set; } = "";

    public byte[] Body { get; private set; } = [];

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync(Func<HttpListenerRequest, HttpListenerResponse, Task> answer)
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Requests++;
            Method = context.Request.HttpMethod;
            PathAndQuery = context.Request.RawUrl!;
            foreach (string name in context.Request.Headers.AllKeys.OfType<string>())
            {
                Headers[name] = context.Request.Headers[name]!;
            }

            using MemoryStream body = new();
            await context.Request.InputStream.CopyToAsync(body);
            Body = body.ToArray();
            await answer(context.Request, context.Response);
            context.Response.Close();
        }
    }
}
