using System.Globalization;
using System.Net.Sockets;
using System.Text;

using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Tests.Shared;

/// <summary>The server's end of one connection: reads what the runtime sends, byte for byte, and sends what the script says.</summary>
public sealed class ScriptedConnection : IDisposable
{
    private readonly List<byte> _received = [];
    private readonly ServerConnection _connection;

    public ScriptedConnection(Socket socket) => _connection = new ServerConnection(socket, Limits.Step, bytes => _received.AddRange(bytes));

    /// <summary>Everything that was received on this connection since the last <see cref="Forget"/>, byte for byte.</summary>
    public ReadOnlyMemory<byte> Received => _received.ToArray();

    /// <summary>Drops the record of what was received and read, so that a long test does not keep it all.</summary>
    public void Forget() => _received.RemoveRange(0, _received.Count - _connection.Unread.Length);

    /// <summary>Reads a request's head, up to its empty line.</summary>
    public async Task<RecordedHead> ReadHeadAsync() =>
        await _connection.ReadHeadAsync() ?? throw new EndOfStreamException("The runtime closed the connection instead of sending a request.");

    /// <summary>Reads one chunk of a chunked body; null for the last one, whose trailers are still to be read.</summary>
    public async Task<byte[]?> ReadChunkAsync()
    {
        var chunk = new MemoryStream();
        return await _connection.ReadChunkAsync(chunk.Write) ? chunk.ToArray() : null;
    }

    /// <summary>Reads one chunk as text; null for the last one.</summary>
    public async Task<string?> ReadChunkTextAsync() => await ReadChunkAsync() is { } chunk ? Encoding.UTF8.GetString(chunk) : null;

    /// <summary>Reads the trailers after the last chunk.</summary>
    public Task<IReadOnlyList<(string Name, string Value)>> ReadTrailersAsync() => _connection.ReadTrailersAsync();

    /// <summary>Reads a whole request.</summary>
    public async Task<RecordedRequest> ReadRequestAsync()
    {
        RecordedHead head = await ReadHeadAsync();
        if (head["Transfer-Encoding"] is null)
        {
            int length = int.Parse(head["Content-Length"] ?? "0", CultureInfo.InvariantCulture);
            return new RecordedRequest(head, [await _connection.ReadExactlyAsync(length)], []);
        }
        var chunks = new List<byte[]>();
        while (await ReadChunkAsync() is { } chunk)
            chunks.Add(chunk);
        return new RecordedRequest(head, chunks, await ReadTrailersAsync());
    }

    /// <summary>Waits for the runtime to close the connection, in order or with a reset. False when bytes came that nobody read.</summary>
    public async Task<bool> ReadEndAsync() => await _connection.DrainAsync() == 0;

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _connection.SendAsync(bytes);

    /// <summary>Sends bytes one by one, each in a segment of its own.</summary>
    public async Task SendSplitAsync(ReadOnlyMemory<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            await SendAsync(bytes.Slice(i, 1));
    }

    /// <summary>Sends a request-less answer with a body.</summary>
    public Task AnswerAsync(int status, string body = "{\"status\":\"OK\"}", params (string Name, string Value)[] headers) =>
        SendAsync(HttpAnswer.Format(status, Encoding.UTF8.GetBytes(body), headers));

    /// <summary>Reads <c>GET next</c> and answers it with an invocation.</summary>
    public async Task<RecordedRequest> GiveInvocationAsync(
        string requestId = "request-1", string body = "{}", params (string Name, string Value)[] headers)
    {
        RecordedRequest next = await ReadRequestAsync();
        if (!next.Head.IsNext)
            throw new InvalidDataException($"Expected GET next, got {next.Head.Method} {next.Head.Path}");
        await SendInvocationAsync(requestId, body, headers);
        return next;
    }

    /// <summary>Answers a <c>GET next</c> that was read with an invocation.</summary>
    public Task SendInvocationAsync(string requestId, string body, params (string Name, string Value)[] headers) =>
        SendInvocationAsync(requestId, Encoding.UTF8.GetBytes(body), headers);

    /// <summary>The same with an event that need not be text.</summary>
    public async Task SendInvocationAsync(string requestId, byte[] body, params (string Name, string Value)[] headers)
    {
        string deadline = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        IEnumerable<(string, string)> defaults =
        [
            ("Lambda-Runtime-Aws-Request-Id", requestId),
            ("Lambda-Runtime-Deadline-Ms", deadline),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:f"),
        ];
        defaults = defaults.Where(d => !headers.Any(h => h.Name == d.Item1));
        await SendAsync(HttpAnswer.Format(200, body, [.. defaults, .. headers]));
    }

    /// <summary>Ends the connection in order: the runtime reads the end of the stream.</summary>
    public void Close() => _connection.Close();

    /// <summary>Breaks the connection: the runtime gets a reset.</summary>
    public void Reset() => _connection.Reset();

    /// <summary>Keeps the kernel from buffering what this end does not read, so that the runtime's sends soon find no room.</summary>
    public void UseSmallBuffer() => _connection.UseSmallBuffer();

    public void Dispose() => _connection.Dispose();
}
