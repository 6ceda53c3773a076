using System.Net;
using System.Net.Sockets;

namespace StreamingLambda.Runtime.Http;

/// <summary>One socket: sends at once where the kernel has room, and notices input that comes while a send waits.</summary>
internal sealed class Transport : IDisposable
{
    private readonly Socket _socket;
    private byte[] _input = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>A receive that runs beside a send that waits for room.</summary>
    private Task<int>? _watch;

    private Transport(Socket socket) => _socket = socket;

    /// <summary>Connects to a host and port on this machine.</summary>
    /// <exception cref="HttpRequestException">Nobody listens there, or the name is unknown.</exception>
    public static Transport Connect(string host, int port)
    {
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : Dns.GetHostAddresses(host);
            for (int i = 0; ; i++)
            {
                if (TryConnect(new IPEndPoint(addresses[i], port), isLast: i == addresses.Length - 1) is { } socket)
                    return new Transport(socket);
            }
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"cannot connect to {host}:{port}: {e.Message}", e);
        }
    }

    /// <summary>A connected socket; null if nobody listens there and there is another address to try.</summary>
    private static Socket? TryConnect(IPEndPoint server, bool isLast)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A connect on the same machine succeeds or fails at once, and doing it here spares the event loop at start.
            socket.Connect(server);
            socket.Blocking = false;
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            if (isLast)
                throw;
            return null;
        }
    }

    /// <summary>Whether bytes, or the end of the stream, have arrived that nobody has read.</summary>
    /// <exception cref="IOException">The connection was given up.</exception>
    public bool HasInput
    {
        get
        {
            try
            {
                return _end > _start || (_watch?.IsCompleted ?? _socket.Poll(0, SelectMode.SelectRead));
            }
            catch (ObjectDisposedException e)
            {
                throw Broken(e);
            }
        }
    }

    /// <summary>The bytes received and not yet consumed.</summary>
    public ReadOnlySpan<byte> Input => _input.AsSpan(_start, _end - _start);

    public void Consume(int count) => _start += count;

    /// <summary>Sends everything.</summary>
    /// <exception cref="IOException">The connection is broken, or the server answered before it had taken everything.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (HasInput)
            throw AnsweredEarly();
        try
        {
            while (!bytes.IsEmpty)
            {
                int sent = Send(bytes.Span);
                if (sent == 0)
                    sent = await SendWhenWritableAsync(bytes).ConfigureAwait(false);
                bytes = bytes[sent..];
            }
        }
        catch (ObjectDisposedException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Receives more input behind what is there.</summary>
    /// <returns>False at the end of the stream.</returns>
    public async ValueTask<bool> ReceiveAsync()
    {
        int received;
        if (_watch is { } watch)
        {
            _watch = null;
            received = await Guard(new ValueTask<int>(watch)).ConfigureAwait(false);
        }
        else
        {
            MakeRoom();
            received = await ReceiveAsync(_input.AsMemory(_end)).ConfigureAwait(false);
        }
        _end += received;
        return received > 0;
    }

    /// <summary>Receives past the input buffer, which must be empty.</summary>
    /// <returns>0 at the end of the stream.</returns>
    public ValueTask<int> ReceiveAsync(Memory<byte> destination)
    {
        try
        {
            int received = _socket.Receive(destination.Span, SocketFlags.None, out SocketError error);
            return error switch
            {
                SocketError.Success => new(received),
                SocketError.WouldBlock => Guard(_socket.ReceiveAsync(destination)),
                _ => throw Broken(new SocketException((int)error)),
            };
        }
        catch (ObjectDisposedException e)
        {
            throw Broken(e);
        }
    }

    public void Dispose() => _socket.Dispose();

    private int Send(ReadOnlySpan<byte> bytes)
    {
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock => 0,
            _ => throw Broken(new SocketException((int)error)),
        };
    }

    private async ValueTask<int> SendWhenWritableAsync(ReadOnlyMemory<byte> bytes)
    {
        Task<int> sending = Guard(_socket.SendAsync(bytes)).AsTask();
        if (_watch is null)
        {
            MakeRoom();
            _watch = _socket.ReceiveAsync(_input.AsMemory(_end)).AsTask();
        }
        await Task.WhenAny(sending, _watch).ConfigureAwait(false);
        if (!sending.IsCompleted)
            throw AnsweredEarly();
        return await sending.ConfigureAwait(false);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            Input.CopyTo(_input);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _input.Length)
            Array.Resize(ref _input, _input.Length * 2);
    }

    private static async ValueTask<int> Guard(ValueTask<int> operation)
    {
        try
        {
            return await operation.ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            throw Broken(e);
        }
    }

    private static IOException Broken(Exception cause) => new($"the connection is broken: {cause.Message}", cause);

    private static IOException AnsweredEarly() => new("the server answered, or closed the connection, before it had read the whole request");
}
