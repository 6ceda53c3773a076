using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.Tests.Shared;

/// <summary>The server's end of one connection: reads what the runtime sends, byte for byte, and sends what the script says.</summary>
public sealed class ScriptedConnection(Socket socket) : IDisposable
{
    private readonly List<byte> _received = [];
    private int _consumed;

    /// <summary>Everything that was read from this connection since the last <see cref="Forget"/>, byte for byte.</summary>
    public ReadOnlyMemory<byte> Received => _received.ToArray();

    /// <summary>Drops the record of what was read and used, so that a long test does not keep it all.</summary>
    public void Forget()
    {
        _received.RemoveRange(0, _consumed);
        _consumed = 0;
    }

    /// <summary>Reads a request's head, up to its empty line.</summary>
    public async Task<RecordedHead> ReadHeadAsync() => RecordedHead.Parse(await ReadUntilAsync("\r\n\r\n"));

    /// <summary>Reads one chunk of a chunked body; null for the last one, whose trailers are still to be read.</summary>
    public async Task<byte[]?> ReadChunkAsync()
    {
        string size = await ReadUntilAsync("\r\n");
        int length = int.Parse(size.AsSpan(0, size.Length - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (length == 0)
            return null;
        byte[] chunk = await ReadExactlyAsync(length);
        if (await ReadTextAsync(2) != "\r\n")
            throw new InvalidDataException("A chunk does not end with CRLF.");
        return chunk;
    }

    /// <summary>Reads one chunk as text; null for the last one.</summary>
    public async Task<string?> ReadChunkTextAsync() => await ReadChunkAsync() is { } chunk ? Encoding.UTF8.GetString(chunk) : null;

    /// <summary>Reads the trailers after the last chunk.</summary>
    public async Task<IReadOnlyList<(string Name, string Value)>> ReadTrailersAsync()
    {
        var trailers = new List<(string, string)>();
        for (string line = await ReadUntilAsync("\r\n"); line != "\r\n"; line = await ReadUntilAsync("\r\n"))
            trailers.Add(RecordedHead.ParseField(line[..^2]));
        return trailers;
    }

    /// <summary>Reads a whole request.</summary>
    public async Task<RecordedRequest> ReadRequestAsync()
    {
        RecordedHead head = await ReadHeadAsync();
        if (head["Transfer-Encoding"] is null)
        {
            int length = int.Parse(head["Content-Length"] ?? "0", CultureInfo.InvariantCulture);
            return new RecordedRequest(head, [await ReadExactlyAsync(length)], []);
        }
        var chunks = new List<byte[]>();
        while (await ReadChunkAsync() is { } chunk)
            chunks.Add(chunk);
        return new RecordedRequest(head, chunks, await ReadTrailersAsync());
    }

    /// <summary>Waits for the runtime to close the connection, in order or with a reset. False when bytes came that nobody read.</summary>
    public async Task<bool> ReadEndAsync()
    {
        try
        {
            while (await ReceiveAsync())
            {
                // until the end
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A connection that is closed while the kernel is at work on it ends with a reset.
        }
        return _consumed == _received.Count;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes).AsTask().WaitAsync(Limits.Step);

    /// <summary>Sends bytes one by one, each in a segment of its own.</summary>
    public async Task SendSplitAsync(ReadOnlyMemory<byte> bytes)
    {
        socket.NoDelay = true;
        for (int i = 0; i < bytes.Length; i++)
            await SendAsync(bytes.Slice(i, 1));
    }

    /// <summary>Sends a request-less answer with a body.</summary>
    public Task AnswerAsync(int status, string body = "{\"status\":\"OK\"}", params (string Name, string Value)[] headers) =>
        SendAsync(FormatAnswer(status, Encoding.UTF8.GetBytes(body), headers));

    /// <summary>Reads <c>GET next</c> and answers it with an invocation.</summary>
    public async Task<RecordedRequest> GiveInvocationAsync(string requestId = "request-1", string body = "{}", params (string Name, string Value)[] headers)
    {
        RecordedRequest next = await ReadRequestAsync();
        if (!next.Head.IsNext)
            throw new InvalidDataException($"Expected GET next, got {next.Head.Method} {next.Head.Path}");
        await SendInvocationAsync(requestId, body, headers);
        return next;
    }

    /// <summary>Answers a <c>GET next</c> that was read with an invocation.</summary>
    public async Task SendInvocationAsync(string requestId, string body, params (string Name, string Value)[] headers)
    {
        string deadline = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        IEnumerable<(string, string)> defaults =
        [
            ("Lambda-Runtime-Aws-Request-Id", requestId),
            ("Lambda-Runtime-Deadline-Ms", deadline),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:f"),
        ];
        defaults = defaults.Where(d => !headers.Any(h => h.Name == d.Item1));
        await AnswerAsync(200, body, [.. defaults, .. headers]);
    }

    /// <summary>Ends the connection in order: the runtime reads the end of the stream.</summary>
    public void Close() => socket.Dispose();

    /// <summary>Breaks the connection: the runtime gets a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>Keeps the kernel from buffering what this end does not read, so that the runtime's sends soon find no room.</summary>
    public void UseSmallBuffer() => socket.ReceiveBufferSize = 4096;

    public void Dispose() => socket.Dispose();

    public static byte[] FormatAnswer(int status, byte[] body, params (string Name, string Value)[] headers)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Whatever\r\n"));
        foreach ((string name, string value) in headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
    }

    private async Task<string> ReadUntilAsync(string end)
    {
        byte[] pattern = Encoding.ASCII.GetBytes(end);
        int searched = _consumed;
        while (true)
        {
            int index = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_received)[searched..].IndexOf(pattern);
            if (index >= 0)
                return await ReadTextAsync(searched + index + pattern.Length - _consumed);
            searched = Math.Max(_consumed, _received.Count - pattern.Length);
            await ReceiveOrThrowAsync();
        }
    }

    private async Task<string> ReadTextAsync(int length) => Encoding.UTF8.GetString(await ReadExactlyAsync(length));

    private async Task<byte[]> ReadExactlyAsync(int length)
    {
        while (_received.Count - _consumed < length)
            await ReceiveOrThrowAsync();
        byte[] bytes = [.. _received.GetRange(_consumed, length)];
        _consumed += length;
        return bytes;
    }

    private async Task ReceiveOrThrowAsync()
    {
        if (!await ReceiveAsync())
            throw new EndOfStreamException($"The runtime closed the connection. Unread: {Encoding.UTF8.GetString([.. _received.Skip(_consumed)])}");
    }

    private async Task<bool> ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int received = await socket.ReceiveAsync(buffer).WaitAsync(Limits.Step);
        _received.AddRange(buffer.AsSpan(0, received));
        return received > 0;
    }
}
