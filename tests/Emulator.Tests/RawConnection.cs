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

    /// <summary>One answer, with a Content-Length or a chunked body, which is put together.</summary>
    public async Task<RawAnswer> ReadAsync()
    {
        var head = new List<string>();
        while (await ReadLineAsync() is { Length: > 0 } line)
            head.Add(line);
        var answer = RawAnswer.Parse(head, "");

        var body = new MemoryStream();
        if (answer.Values("Content-Length") is [var length])
        {
            await CopyAsync(body, int.Parse(length, CultureInfo.InvariantCulture));
        }
        else if (answer.Values("Transfer-Encoding").Length > 0)
        {
            while (int.Parse(await ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
            {
                await CopyAsync(body, size);
                await ReadLineAsync();
            }
            await ReadLineAsync();
        }
        return answer with { Body = Encoding.UTF8.GetString(body.ToArray()) };
    }

    /// <summary>All that comes until the other side closes, as it stands on the wire.</summary>
    public async Task<RawAnswer> ReadToEndAsync()
    {
        using var answer = new MemoryStream();
        await _stream.CopyToAsync(answer).WaitAsync(TestEmulator.Patience);
        string text = Encoding.Latin1.GetString(answer.ToArray());
        string[] parts = text.Split("\r\n\r\n", 2);
        return RawAnswer.Parse(parts[0].Split("\r\n"), parts.Length > 1 ? parts[1] : "");
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
