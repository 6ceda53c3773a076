using System.Net.Sockets;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Bench.Player;

/// <summary>
/// One connection of the function to the Runtime API, with what has arrived on it and is not read yet. Not the tests' asynchronous connection, whose
/// other parts the player uses: the player's one thread blocks in the receive itself, takes the time right behind it, and makes no garbage.
/// </summary>
internal sealed class Connection : IDisposable
{
    // Large enough that 200 MB are not a matter of our system calls, small enough to stay in a core's cache.
    private const int BufferBytes = 256 * 1024;

    private readonly ReceiveBuffer _input = new(BufferBytes, BufferBytes);
    private Socket? _socket;

    public int Descriptor { get; private set; }

    /// <summary>When the newest bytes arrived.</summary>
    public long ReceivedAt { get; private set; }

    public ReadOnlySpan<byte> Unread => _input.Unread;

    private Socket Socket => _socket ?? throw new InvalidOperationException("The connection is closed.");

    /// <summary>Takes over a socket. Connections are reused, so that a program with one per invocation makes no garbage of their buffers.</summary>
    public void Open(Socket socket, TimeSpan timeout)
    {
        socket.NoDelay = true;
        socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
        socket.SendTimeout = (int)timeout.TotalMilliseconds;
        _socket = socket;
        Descriptor = (int)socket.Handle;
        _input.Clear();
    }

    public void Skip(int count) => _input.Consume(count);

    /// <summary>Waits for bytes.</summary>
    /// <returns>False when the function closed the connection.</returns>
    /// <exception cref="BenchmarkException">Nothing arrived in time, or a head is larger than the buffer.</exception>
    public bool Receive()
    {
        if (Unread.Length == BufferBytes) throw new BenchmarkException($"The function sent a request head of more than {BufferBytes} bytes.");
        int count = Socket.Receive(_input.GetRoom().Span, SocketFlags.None, out SocketError error);
        ReceivedAt = TimeProvider.System.GetTimestamp();
        if (error is SocketError.TimedOut or SocketError.WouldBlock)
            throw new BenchmarkException($"The function stopped in the middle of a request: nothing came for {Socket.ReceiveTimeout / 1000} s.");

        _input.Received(count);
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
