using System.Net;
using System.Text;
using System.Threading.Channels;

namespace StreamingLambda.Examples.Tests;

/// <summary>A server that speaks as much of OpenAI's chat protocol as streams an answer, word by word as the test says them.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly Channel<Conversation> _conversations = Channel.CreateUnbounded<Conversation>();

    private ModelServer() => _server = LoopbackServer.Start(BeginAsync);

    public Uri Url => new(_server.Url + "v1/");

    public static ModelServer Start() => new();

    /// <summary>The next conversation that the function begins.</summary>
    public async Task<Conversation> NextAsync() => await _conversations.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task BeginAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        _conversations.Writer.TryWrite(new Conversation(context.Response, await reader.ReadToEndAsync()));
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
