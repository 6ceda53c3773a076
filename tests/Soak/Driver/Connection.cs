using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.Soak.Driver;

/// <summary>The Runtime API's end of one connection.</summary>
internal sealed class Connection : IDisposable
{
    private const int MaxLine = 32 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Connection(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
    }

    /// <summary>Bytes that have been received and not been consumed.</summary>
    public ReadOnlySpan<byte> Input => _buffer.AsSpan(_start, _end - _start);

    public void Consume(int count) => _start += count;

    /// <summary>Receives more; false at the end of the connection, orderly or not.</summary>
    public async ValueTask<bool> ReceiveAsync()
    {
        if (_start > 0)
        {
            Input.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        try
        {
            int received = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
            _end += received;
            return received > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Reads a line without its end; null if the connection ends before it begins.</summary>
    public async ValueTask<string?> ReadLineAsync()
    {
        while (true)
        {
            int end = Input.IndexOf("\r\n"u8);
            if (end >= 0)
            {
                string line = Encoding.UTF8.GetString(Input[..end]);
                Consume(end + 2);
                return line;
            }
            if (Input.Length > MaxLine)
                throw new ViolationException($"a line of more than {MaxLine} bytes");
            if (!await ReceiveAsync())
                return Input.IsEmpty ? null : throw CutOff();
        }
    }

    /// <summary>Reads to the end of the connection and returns how many bytes came.</summary>
    public async Task<long> DrainAsync()
    {
        long count = 0;
        do
        {
            count += Input.Length;
            Consume(Input.Length);
        }
        while (await ReceiveAsync());
        return count;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Sends and ends the connection in the same packet.</summary>
    public async Task SendAndCloseAsync(ReadOnlyMemory<byte> bytes)
    {
        const int tcp = 6;
        const int cork = 3; // of <netinet/tcp.h> on Linux: nothing goes out that more could follow
        _socket.SetRawSocketOption(tcp, cork, BitConverter.GetBytes(1));
        await SendAsync(bytes);
        Close();
    }

    /// <summary>Ends the connection in order.</summary>
    public void Close() => _socket.Dispose();

    /// <summary>Breaks the connection: the function gets a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    public static ViolationException CutOff() => new("the function ended the connection in the middle of a request");
}
