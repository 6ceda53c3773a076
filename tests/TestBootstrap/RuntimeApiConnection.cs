using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.TestBootstrap;

/// <summary>One raw connection to the Runtime API: bytes out as the test wants them, answers read with the least that HTTP allows.</summary>
internal sealed class RuntimeApiConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    public RuntimeApiConnection(string runtimeApi)
    {
        string[] parts = runtimeApi.Split(':');
        _client = new TcpClient(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)) { NoDelay = true };
        _stream = _client.GetStream();
    }

    public void Send(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    public void Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public void SendChunk(ReadOnlySpan<byte> data)
    {
        Send(string.Create(CultureInfo.InvariantCulture, $"{data.Length:x}\r\n"));
        Send(data);
        Send("\r\n");
    }

    /// <summary>Reads one answer with a Content-Length or chunked body.</summary>
    public Answer Read()
    {
        string[] status = ReadLine().Split(' ', 3);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (ReadLine() is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = new MemoryStream();
        if (headers.TryGetValue("Content-Length", out string? length))
        {
            ReadInto(body, int.Parse(length, CultureInfo.InvariantCulture));
        }
        else if (headers.ContainsKey("Transfer-Encoding"))
        {
            while (int.Parse(ReadLine(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
            {
                ReadInto(body, size);
                ReadLine();
            }
            ReadLine();
        }
        return new Answer(int.Parse(status[1], CultureInfo.InvariantCulture), headers, body.ToArray());
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private void ReadInto(MemoryStream target, int count)
    {
        byte[] buffer = new byte[count];
        _stream.ReadExactly(buffer);
        target.Write(buffer);
    }

    private string ReadLine()
    {
        var line = new MemoryStream();
        while (true)
        {
            int next = _stream.ReadByte();
            if (next < 0)
                throw new IOException("The Runtime API closed the connection.");
            if (next == '\n')
                return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
            line.WriteByte((byte)next);
        }
    }
}
