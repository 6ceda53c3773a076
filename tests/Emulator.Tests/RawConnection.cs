using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.Emulator.Tests;

/// <summary>HTTP by hand: bytes out as the test wants them, answers read with the least that HTTP needs.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        return new RawConnection(client);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes).AsTask().WaitAsync(TestEmulator.Patience);

    public Task SendChunkAsync(byte[] data) =>
        SendAsync([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{data.Length:x}\r\n")), .. data, .. "\r\n"u8]);

    /// <summary>No more requests will come; the answers are still wanted.</summary>
    public void CloseSendingSide() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>One answer, with a Content-Length or a chunked body.</summary>
    public async Task<RawAnswer> ReadAsync()
    {
        string status = await ReadLineAsync();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync() is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = new MemoryStream();
        if (headers.TryGetValue("Content-Length", out string? length))
        {
            await CopyAsync(body, int.Parse(length, CultureInfo.InvariantCulture));
        }
        else if (headers.ContainsKey("Transfer-Encoding"))
        {
            while (int.Parse(await ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
            {
                await CopyAsync(body, size);
                await ReadLineAsync();
            }
            await ReadLineAsync();
        }
        return new RawAnswer(int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), headers, Encoding.UTF8.GetString(body.ToArray()));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task CopyAsync(MemoryStream target, int count)
    {
        byte[] buffer = new byte[count];
        await _stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(TestEmulator.Patience);
        target.Write(buffer);
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new MemoryStream();
        byte[] one = new byte[1];
        while (true)
        {
            if (await _stream.ReadAsync(one).AsTask().WaitAsync(TestEmulator.Patience) == 0)
                throw new IOException("The other side closed the connection.");
            if (one[0] == '\n')
                return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
            line.WriteByte(one[0]);
        }
    }
}

/// <summary>What was read.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
