using System.Runtime.InteropServices;
using System.Text;

using StreamingLambda.Runtime.Http;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.Http;

/// <summary>The HTTP client against a server that answers in every legal way, and in some that are not.</summary>
public sealed class LoopbackHandlerTests : IAsyncLifetime
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private readonly ScriptedRuntimeApi _api = new();
    private readonly HttpMessageInvoker _client;

    public LoopbackHandlerTests() => _client = LoopbackTo.Server(_api.Address);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
    }

    public static TheoryData<string, int, string> Answers => new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello" },
        { "HTTP/1.1 200 OK\r\ncontent-LENGTH:5\r\n\r\nhello", 200, "hello" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 200, "hello" },
        { "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, "" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, "hello" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;ext=1\r\nhe\r\n003\r\nllo\r\n0\r\nTrailer: x\r\n\r\n", 200, "hello" },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", 202, "ok" },
        { "HTTP/1.1 204 No Content\r\n\r\n", 204, "" },
        { "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 304, "" },
        { Repeat("HTTP/1.1 102 Processing\r\n\r\n", ResponseReader.MaxInterim) + "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", 200, "" },
        { Chunked + "5;" + new string('x', 2000) + "\r\nhello\r\n0\r\nA: " + new string('y', 2000) + "\r\n\r\n", 200, "hello" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_is_read_wherever_its_segments_split_and_the_connection_is_used_again(string answer, int status, string body)
    {
        Task<(int, string)> first = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendSplitAsync(Encoding.UTF8.GetBytes(answer));
        Assert.Equal((status, body), await first);

        Task<(int, string)> second = GetAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync(answer);
        Assert.Equal((status, body), await second);
        Assert.Equal(1, _api.ConnectionCount);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", false)]
    public async Task A_connection_is_kept_only_while_both_sides_are_in_step(string answer, bool kept)
    {
        Task<(int, string)> first = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync(answer);
        Assert.Equal((200, "hello"), await first);

        Task<(int, string)> second = GetAsync();
        ScriptedConnection next = kept ? connection : await _api.AcceptAsync();
        await next.ReadHeadAsync();
        await next.AnswerAsync(200, "again");
        Assert.Equal((200, "again"), await second);
    }

    [Fact]
    public async Task A_body_without_a_length_ends_with_the_connection()
    {
        Task<(int, string)> request = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\n\r\nhello");
        connection.Close();

        Assert.Equal((200, "hello"), await request);
    }

    [Fact]
    public async Task Header_values_are_utf8()
    {
        Task<LoopbackAnswer> request = SendGetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nX-Name: Zoë 🙂 \r\nContent-Length: 0\r\n\r\n");

        LoopbackAnswer response = await request.WaitAsync(Limits.Step);
        Assert.Equal("Zoë 🙂", response.Find("x-name"));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/2 200\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.1 2004 OK\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.1 200OK\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.1 600 OK\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.1 200 O\nK\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.x 200 OK\r\n\r\n", "does not begin with an HTTP/1.1 status line")]
    [InlineData("HTTP/1.1 200 OK\r\n continued: x\r\n\r\n", "a header line has no name")]
    [InlineData("HTTP/1.1 200 OK\r\nbad\u007fname: x\r\n\r\n", "a header line has no name")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "both a Content-Length and a Transfer-Encoding")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", "both a Content-Length and a Transfer-Encoding")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "transfer encoding is not 'chunked'")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a\nb\r\n", "a bare CR, LF or NUL")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header line has no name")]
    [InlineData("HTTP/1.1 200 OK\r\nbad name : x\r\n\r\n", "a header line has no name")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n", "Content-Length is not one number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length is not one number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "Content-Length is not one number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "its body is longer than 33554432 bytes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "transfer encoding is not 'chunked'")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "size of a chunk is not a hexadecimal number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", "size of a chunk is not a hexadecimal number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", "its body is longer than")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n", "a chunk is longer than its size says")]
    public async Task Garbage_is_refused_with_what_is_wrong(string answer, string message)
    {
        Task<(int, string)> request = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync(answer);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => request);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.True(await connection.ReadEndAsync());
    }

    [Fact]
    public async Task A_head_without_an_end_is_refused()
    {
        Task<(int, string)> request = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nX-Long: " + new string('a', ResponseReader.MaxHeadBytes));

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => request);
        Assert.Contains("its head is longer than 65536 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interim answers", "more than 100 interim answers")]
    [InlineData("trailers", "chunk extensions and trailers are longer than 65536 bytes")]
    [InlineData("chunk extensions", "chunk extensions and trailers are longer than 65536 bytes")]
    public async Task What_means_nothing_has_bounds_too(string what, string message)
    {
        string answer = what switch
        {
            "interim answers" => Repeat("HTTP/1.1 102 Processing\r\n\r\n", ResponseReader.MaxInterim + 1),
            "trailers" => Chunked + "0\r\n" + Repeat("Name: value\r\n", 6000),
            _ => Chunked + Repeat("1;name=value\r\nx\r\n", 6000),
        };
        Task<(int, string)> request = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync(answer);

        Assert.Contains(message, (await Assert.ThrowsAsync<HttpRequestException>(() => request)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    public async Task An_answer_that_ends_early_is_an_error(string answer)
    {
        Task<(int, string)> request = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync(answer);
        connection.Close();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => request);
        Assert.Contains("closed the connection before its answer was complete", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_while_waiting_is_an_error()
    {
        Task<(int, string)> request = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        connection.Reset();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => request);
        Assert.Contains("the connection is broken", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_connection_that_the_server_closed_is_replaced_before_a_byte_is_sent()
    {
        Task<(int, string)> first = GetAsync();
        ScriptedConnection stale = await _api.AcceptAsync();
        await stale.ReadHeadAsync();
        await stale.AnswerAsync(200, "one");
        await first;
        int seen = stale.Received.Length;
        stale.Close();

        Task<(int, string)> second = GetAsync();
        ScriptedConnection fresh = await _api.AcceptAsync();
        await fresh.ReadHeadAsync();
        await fresh.AnswerAsync(200, "two");

        Assert.Equal((200, "two"), await second);
        Assert.Equal(seen, stale.Received.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_GET_on_a_connection_that_the_server_closes_meanwhile_is_sent_again_on_a_new_one(bool resets)
    {
        ScriptedConnection closing = await ServeOneAsync();
        Task<(int, string)> second = GetAsync();
        await closing.ReadHeadAsync();
        if (resets)
            closing.Reset();
        else
            closing.Close();

        ScriptedConnection fresh = await _api.AcceptAsync();
        await fresh.ReadHeadAsync();
        await fresh.AnswerAsync(200, "two");

        Assert.Equal((200, "two"), await second);
    }

    [Fact]
    public async Task A_GET_is_sent_again_once_only()
    {
        ScriptedConnection closing = await ServeOneAsync();
        Task<(int, string)> second = GetAsync();
        await closing.ReadHeadAsync();
        closing.Close();
        ScriptedConnection fresh = await _api.AcceptAsync();
        await fresh.ReadHeadAsync();
        fresh.Close();

        await Assert.ThrowsAsync<HttpRequestException>(() => second);
        Assert.Equal(2, _api.ConnectionCount);
    }

    [Fact]
    public async Task A_GET_is_not_sent_again_when_its_answer_has_begun()
    {
        ScriptedConnection closing = await ServeOneAsync();
        Task<(int, string)> second = GetAsync();
        await closing.ReadHeadAsync();
        await closing.SendAsync("H");
        closing.Close();

        await Assert.ThrowsAsync<HttpRequestException>(() => second);
        Assert.Equal(1, _api.ConnectionCount);
    }

    [Fact]
    public async Task A_POST_that_a_server_may_have_read_is_not_sent_again()
    {
        ScriptedConnection closing = await ServeOneAsync();
        Task<LoopbackAnswer> post = SendPostAsync();
        await closing.ReadRequestAsync();
        closing.Close();

        await Assert.ThrowsAsync<HttpRequestException>(() => post.WaitAsync(Limits.Step));
        Assert.Equal(1, _api.ConnectionCount);
    }

    [Fact]
    public async Task A_POST_of_which_nothing_was_sent_takes_a_new_connection_instead_of_a_closed_one()
    {
        ScriptedConnection closed = await ServeOneAsync();
        closed.Close();
        Task<LoopbackAnswer> post = SendPostAsync();

        ScriptedConnection fresh = await _api.AcceptAsync();
        Assert.Equal("hello", (await fresh.ReadRequestAsync()).BodyText);
        await fresh.AnswerAsync(200);
        await post.WaitAsync(Limits.Step);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_an_error_that_names_it()
    {
        _api.StopListening();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(GetAsync);
        Assert.Contains($"cannot connect to {_api.Address}: Connection refused", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_closes_the_connection()
    {
        using var cancel = new CancellationTokenSource();
        Task<LoopbackAnswer> request = SendGetAsync(cancel.Token);
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(Limits.Step));
        Assert.True(await connection.ReadEndAsync());
    }

    [Fact]
    public async Task Concurrent_requests_have_a_connection_each()
    {
        Task<(int, string)>[] requests = [GetAsync(), GetAsync(), GetAsync()];
        foreach (string body in (string[])["a", "b", "c"])
        {
            ScriptedConnection connection = await _api.AcceptAsync();
            await connection.ReadHeadAsync();
            await connection.AnswerAsync(200, body);
        }

        (int, string)[] answers = await Task.WhenAll(requests);
        Assert.Equal(["a", "b", "c"], answers.Select(answer => answer.Item2).Order());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1_000_000)]
    public async Task An_answer_of_known_length_is_kept_in_as_much_memory(int length)
    {
        Task<LoopbackAnswer> request = SendGetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.AnswerAsync(200, new string('x', length));
        LoopbackAnswer response = await request.WaitAsync(Limits.Step);

        ReadOnlyMemory<byte> body = response.Body;
        Assert.Equal(length, body.Length);
        Assert.True(MemoryMarshal.TryGetArray(body, out ArraySegment<byte> segment));
        Assert.Equal(length, segment.Array!.Length);
    }

    [Fact]
    public async Task A_body_of_known_length_is_sent_with_it()
    {
        var post = new LoopbackRequest(HttpMethod.Post, "/x?y=z", Waiting.WithoutThread) { Body = "hello"u8.ToArray() };
        post.Add("Content-Type", "text/plain; charset=utf-8");
        Task<LoopbackAnswer> request = _client.AskAsync(post, CancellationToken.None);
        ScriptedConnection connection = await _api.AcceptAsync();
        RecordedRequest received = await connection.ReadRequestAsync();
        await connection.AnswerAsync(200);
        await request.WaitAsync(Limits.Step);

        Assert.Equal(
            $"POST /x?y=z HTTP/1.1\r\nHost: {_api.Address}\r\nUser-Agent: {UserAgent.Token}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: 5\r\n\r\n",
            received.Head.Text);
        Assert.Equal("hello", received.BodyText);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    /// <summary>The connection of a first request that went well.</summary>
    private async Task<ScriptedConnection> ServeOneAsync()
    {
        Task<(int, string)> first = GetAsync();
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();
        await connection.AnswerAsync(200, "one");
        await first;
        return connection;
    }

    private async Task<(int Status, string Body)> GetAsync()
    {
        LoopbackAnswer response = await SendGetAsync().WaitAsync(Limits.Step);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(response.Body.Span));
    }

    private Task<LoopbackAnswer> SendGetAsync(CancellationToken cancellationToken = default) =>
        _client.AskAsync(new LoopbackRequest(HttpMethod.Get, "/", Waiting.WithoutThread), cancellationToken);

    private Task<LoopbackAnswer> SendPostAsync() =>
        _client.AskAsync(new LoopbackRequest(HttpMethod.Post, "/", Waiting.WithoutThread) { Body = "hello"u8.ToArray() }, CancellationToken.None);
}
