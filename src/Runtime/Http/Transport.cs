using System.Diagnostics;

using StreamingLambda.Runtime.Http.Sockets;

namespace StreamingLambda.Runtime.Http;

/// <summary>One socket with an input buffer: sends at once where the kernel has room, and notices input that comes while a send waits.</summary>
internal sealed class Transport : IDisposable
{
    /// <summary>How long to ask for input again and again before a thread waits for it in place, in ticks of the stopwatch: 30 microseconds. A
    /// processor that falls idle and is woken again costs as much, and answers later. With one processor it would only keep the server from it.</summary>
    private static readonly long SpinTime = Environment.ProcessorCount > 1 ? Stopwatch.Frequency * 30 / 1_000_000 : 0;

    private readonly ISocket _socket;
    private byte[] _input = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>Whether there was no input when <see cref="HasInput"/> looked, and nothing was sent since.</summary>
    private bool _justLooked;

    private Transport(ISocket socket) => _socket = socket;

    /// <summary>How long an operation waits in the calling thread before it waits without one, in milliseconds; -1 for as long as it takes.</summary>
    public int WaitInPlace { get; set; }

    /// <summary>Connects to a host and port on this machine.</summary>
    /// <exception cref="HttpRequestException">Nobody listens there, or the name is unknown.</exception>
    public static Transport Connect(string host, int port)
    {
        try
        {
            // A connect on the same machine succeeds or fails at once.
            return new Transport(OperatingSystem.IsLinux() ? LinuxSocket.Connect(host, port) : PortableSocket.Connect(host, port));
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"cannot connect to {host}:{port}: {e.Message}", e);
        }
    }

    /// <summary>Whether bytes, or the end of the stream, have arrived that nobody has read.</summary>
    /// <exception cref="IOException">The connection was given up.</exception>
    public bool HasInput
    {
        get
        {
            bool hasInput = !Input.IsEmpty || _socket.Poll(forRoom: false, milliseconds: 0);
            _justLooked = !hasInput;
            return hasInput;
        }
    }

    /// <summary>The bytes received and not yet consumed.</summary>
    public ReadOnlySpan<byte> Input => _input.AsSpan(_start, _end - _start);

    public void Consume(int count) => _start += count;

    /// <summary>Sends all of the given bytes, in this order.</summary>
    /// <exception cref="IOException">The connection is broken, or the server answered before it had taken everything.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body = default, ReadOnlyMemory<byte> tail = default)
    {
        while (true)
        {
            if (!_justLooked && HasInput)
                throw new IOException("the server answered, or closed the connection, before it had read the whole request");
            _justLooked = false;
            int sent = _socket.Send(head.Span, body.Span, tail.Span);
            sent -= Advance(ref head, sent);
            sent -= Advance(ref body, sent);
            Advance(ref tail, sent);
            if (head.IsEmpty && body.IsEmpty && tail.IsEmpty)
                return;
            if (!_socket.Poll(forRoom: true, WaitInPlace))
                await _socket.WaitAsync(forRoom: true).ConfigureAwait(false);
        }
    }

    /// <summary>Receives behind the input that is there; or, given a destination, past the input buffer, which must be empty then.</summary>
    /// <returns>How many bytes; 0 at the end of the stream.</returns>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<byte> destination = default)
    {
        bool buffered = destination.IsEmpty;
        if (buffered)
            destination = MakeRoom();
        int received = TryReceive(destination.Span);
        while (received < 0)
        {
            if (WaitInPlace != Timeout.Infinite && !_socket.Poll(forRoom: false, WaitInPlace))
                await _socket.WaitAsync(forRoom: false).ConfigureAwait(false);
            received = _socket.Receive(destination.Span, wait: WaitInPlace == Timeout.Infinite);
        }
        if (buffered)
            _end += received;
        return received;
    }

    /// <inheritdoc cref="ISocket.GiveUp" />
    public void GiveUp() => _socket.GiveUp();

    public void Dispose() => _socket.Dispose();

    /// <summary>Receives what is there, or comes within the time that is worth spinning for.</summary>
    private int TryReceive(Span<byte> destination)
    {
        int received = _socket.Receive(destination, wait: false);
        if (received >= 0 || WaitInPlace == 0)
            return received;
        long start = Stopwatch.GetTimestamp();
        while (received < 0 && Stopwatch.GetTimestamp() - start < SpinTime)
            received = _socket.Receive(destination, wait: false);
        return received;
    }

    /// <summary>Drops what was sent from the front.</summary>
    private static int Advance(ref ReadOnlyMemory<byte> bytes, int sent)
    {
        int part = Math.Min(sent, bytes.Length);
        bytes = bytes[part..];
        return part;
    }

    private Memory<byte> MakeRoom()
    {
        if (_start > 0)
        {
            Input.CopyTo(_input);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _input.Length)
            Array.Resize(ref _input, _input.Length * 2);
        return _input.AsMemory(_end);
    }
}
