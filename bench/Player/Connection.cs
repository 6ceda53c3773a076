using System.Net.Sockets;

namespace StreamingLambda.Bench.Player;

/// <summary>One connection of the function to the Runtime API, with what has arrived on it and is not read yet.</summary>
internal sealed class Connection : IDisposable
{
    // Large enough that 200 MB are not a matter of our system calls, small enough to stay in a core's cache.
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private Socket? _socket;
    private int _start;
    private int _end;

    public int Descriptor { get; private set; }

    /// <summary>When the newest bytes arrived.</summary>
    public long ReceivedAt { get; private set; }

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    private Socket Socket => _socket ?? throw new InvalidOperationException("The connection is closed.");

    /// <summary>Takes over a socket. Connections are reused, so that a program with one per invocation makes no garbage of their buffers.</summary>
    public void Open(Socket socket, TimeSpan timeout)
    {
        socket.NoDelay = true;
        socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
        socket.SendTimeout = (int)timeout.TotalMilliseconds;
        _socket = socket;
        Descriptor = (int)socket.Handle;
        _start = _end = 0;
    }

    public void Skip(int count)
    {
        _start += count;
        if (_start == _end) _start = _end = 0;
    }

    /// <summary>Waits for bytes. Never called while bytes wait in a full buffer.</summary>
    /// <returns>False when the function closed the connection.</returns>
    /// <exception cref="BenchmarkException">Nothing arrived in time, or a head is larger than the buffer.</exception>
    public bool Receive()
    {
        if (_end == _buffer.Length) throw new BenchmarkException($"The function sent a request head of more than {BufferBytes} bytes.");
        int count = Socket.Receive(_buffer.AsSpan(_end), SocketFlags.None, out SocketError error);
        ReceivedAt = TimeProvider.System.GetTimestamp();
        if (error is SocketError.TimedOut or SocketError.WouldBlock)
            throw new BenchmarkException($"The function stopped in the middle of a request: nothing came for {Socket.ReceiveTimeout / 1000} s.");

        _end += count;
        return count > 0 && error == SocketError.Success;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = Socket.Send(bytes, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success) throw new BenchmarkException($"The function does not take what the Runtime API sends it: {error}.");
            bytes = bytes[count..];
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
