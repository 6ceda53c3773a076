using System.Net;
using System.Text;
using System.Threading.Channels;

namespace StreamingLambda.Examples.Tests;

/// <summary>A server that speaks as much of OpenAI's chat protocol as streams an answer, word by word as the test says them.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Channel<Conversation> _conversations = Channel.CreateUnbounded<Conversation>();

    private ModelServer(int port) => Url = new Uri($"http://127.0.0.1:{port}/v1/");

    public Uri Url { get; }

    public static ModelServer Start()
    {
        // HttpListener takes no port 0.
        for (int attempt = 0; ; attempt++)
        {
            int port = Random.Shared.Next(20000, 60000);
            var server = new ModelServer(port);
            server._listener.Prefixes.Add($"http://127.0.0.1:{port}/");
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

    /// <summary>The next conversation that the function begins.</summary>
    public async Task<Conversation> NextAsync() => await _conversations.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

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
            using var reader = new StreamReader(context.Request.InputStream);
            var conversation = new Conversation(context.Response, await reader.ReadToEndAsync());
            _conversations.Writer.TryWrite(conversation);
        }
    }

    /// <summary>One answer of the model.</summary>
    internal sealed class Conversation
    {
        private readonly HttpListenerResponse _response;
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Conversation(HttpListenerResponse response, string request)
        {
            _response = response;
            _response.ContentType = "text/event-stream";
            _response.SendChunked = true;
            Request = request;
        }

        /// <summary>What the function asked, as JSON.</summary>
        public string Request { get; }

        /// <summary>Completes when the function has closed the stream, which a server learns by writing.</summary>
        public Task Closed
        {
            get
            {
                _ = WriteUntilClosedAsync();
                return _closed.Task;
            }
        }

        public Task SayAsync(string word) => SendAsync(
            """{"id":"1","object":"chat.completion.chunk","created":1,"model":"test-model","choices":"""
                + $$$"""[{"index":0,"delta":{"role":"assistant","content":"{{{word}}}"},"finish_reason":null}]}""");

        public async Task EndAsync()
        {
            await SendAsync("[DONE]");
            _response.Close();
        }

        private Task SendAsync(string data) => SendLineAsync($"data: {data}");

        private async Task SendLineAsync(string line)
        {
            await _response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"{line}\n\n"));
            await _response.OutputStream.FlushAsync();
        }

        private async Task WriteUntilClosedAsync()
        {
            try
            {
                while (true)
                {
                    await SendLineAsync(": a comment, which readers pass over");
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                }
            }
            catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
            {
                _closed.TrySetResult();
            }
        }
    }
}
