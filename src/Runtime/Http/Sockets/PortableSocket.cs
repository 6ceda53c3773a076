using System.Globalization;
using System.Net.Sockets;

namespace StreamingLambda.Runtime.Http.Sockets;

/// <summary>A socket by .NET's own, for the other systems that functions are developed on. Not in a binary for Linux.</summary>
internal sealed class PortableSocket : ISocket
{
    private readonly Socket _socket;

    private PortableSocket(Socket socket) => _socket = socket;

    /// <summary>Connects to the first address of the host that somebody listens on.</summary>
    /// <exception cref="IOException">Nobody listens there, or the name is unknown.</exception>
    public static PortableSocket Connect(string host, string port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(host, int.Parse(port, CultureInfo.InvariantCulture));
            socket.Blocking = false;
            return new PortableSocket(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException(e.Message, e);
        }
    }

    public int Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        int sent = Send(head);
        if (sent == head.Length)
            sent += Send(body);
        if (sent == head.Length + body.Length)
            sent += Send(tail);
        return sent;
    }

    public int Receive(Span<byte> destination)
    {
        try
        {
            int received = _socket.Receive(destination, SocketFlags.None, out SocketError error);
            return Check(error) ? received : -1;
        }
        catch (ObjectDisposedException e)
        {
            throw Broken(e);
        }
    }

    public bool Poll(bool forRoom, int milliseconds)
    {
        TimeSpan time = TimeSpan.FromMilliseconds(milliseconds);
        try
        {
            if (!forRoom)
                return _socket.Poll(time, SelectMode.SelectRead);
            List<Socket> readable = [_socket];
            List<Socket> writable = [_socket];
            Socket.Select(readable, writable, null, time);
            return readable.Count + writable.Count > 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    /// <summary>With a thread after all: .NET has no asynchronous wait for both directions.</summary>
    public Task WaitAsync(bool forRoom) =>
        Task.Factory.StartNew(() => Poll(forRoom, Timeout.Infinite), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>With a thread for each: there is none here that waits for all sockets. If the wait fails, the work finds out why.</summary>
    public void Start(ISocketWork work, bool whenRoom) => (whenRoom ? WaitAsync(forRoom: true) : Task.CompletedTask)
        .ContinueWith(_ => work.Run(null), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);

    public void GiveUp()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public void Dispose() => _socket.Dispose();

    private int Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        try
        {
            int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
            return Check(error) ? sent : 0;
        }
        catch (ObjectDisposedException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Whether the operation was done; false if it would have had to wait.</summary>
    private static bool Check(SocketError error) => error switch
    {
        SocketError.Success => true,
        SocketError.WouldBlock => false,
        _ => throw Broken(new SocketException((int)error)),
    };

    private static IOException Broken(Exception cause) => new($"the connection is broken: {cause.Message}", cause);
}
