using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Examples.Tests;

/// <summary>A server that speaks as much of OpenAI's chat protocol as streams an answer, word by word as the test says them.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly Channel<Conversation> _conversations;

    private ModelServer(LoopbackServer server, Channel<Conversation> conversations)
    {
        _server = server;
        _conversations = conversations;
    }

    public Uri Url => new(_server.Url, "v1/");

    public static async Task<ModelServer> StartAsync()
    {
        var conversations = Channel.CreateUnbounded<Conversation>();
        return new ModelServer(await LoopbackServer.StartAsync(context => BeginAsync(context, conversations.Writer)), conversations);
    }

    /// <summary>The next conversation that the function begins.</summary>
    public async Task<Conversation> NextAsync() => await _conversations.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task BeginAsync(HttpContext context, ChannelWriter<Conversation> conversations)
    {
        using var reader = new StreamReader(context.Request.Body);
        var conversation = new Conversation(context, await reader.ReadToEndAsync());
        await conversations.WriteAsync(conversation);
        await conversation.Ended;
    }

    /// <summary>One answer of the model.</summary>
    internal sealed class Conversation
    {
        private readonly HttpContext _context;
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Conversation(HttpContext context, string request)
        {
            _context = context;
            Request = request;
            context.Response.ContentType = "text/event-stream";
            context.RequestAborted.Register(() =>
            {
                _closed.TrySetResult();
                _ended.TrySetResult();
            });
        }

        /// <summary>With which key the function asks.</summary>
        public string Authorization => _context.Request.Headers.Authorization.ToString();

        /// <summary>What the function asks, as JSON.</summary>
        public string Request { get; }

        /// <summary>Completes when the function has closed the stream.</summary>
        public Task Closed => _closed.Task;

        /// <summary>Completes when there is nothing more to say.</summary>
        public Task Ended => _ended.Task;

        public Task SayAsync(string word) => SendAsync(
            """{"id":"1","object":"chat.completion.chunk","created":1,"model":"test-model","choices":"""
                + $$$"""[{"index":0,"delta":{"role":"assistant","content":"{{{word}}}"},"finish_reason":null}]}""");

        public async Task EndAsync()
        {
            await SendAsync("[DONE]");
            _ended.SetResult();
        }

        /// <summary>Ends the stream in order, without the word that says that the text is whole.</summary>
        public void EndEarly() => _ended.SetResult();

        /// <summary>Breaks the connection.</summary>
        public void Abort() => _context.Abort();

        /// <summary>Refuses to answer.</summary>
        public async Task RefuseAsync(HttpStatusCode status, string reason)
        {
            _context.Response.StatusCode = (int)status;
            await _context.Response.WriteAsync(reason);
            _ended.SetResult();
        }

        private async Task SendAsync(string data)
        {
            await _context.Response.WriteAsync($"data: {data}\n\n");
            await _context.Response.Body.FlushAsync();
        }
    }
}
