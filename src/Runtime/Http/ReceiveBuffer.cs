using System.Diagnostics;

using StreamingLambda.Runtime.Http.Sockets;

namespace StreamingLambda.Runtime.Http;

/// <summary>The receive side of a connection: the bytes that have arrived and that nobody has used yet.</summary>
internal sealed class ReceiveBuffer(ISocket socket)
{
    /// <summary>How long to ask for input again and again before a thread waits for it in place, in ticks of the stopwatch: 30 microseconds. A
    /// processor that falls idle and is woken again costs as much, and answers later. With one processor it only keeps the server from it.</summary>
    private static readonly long SpinTime = Environment.ProcessorCount > 1 ? Stopwatch.Frequency * 30 / 1_000_000 : 0;

    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, _end - _start);

    public void Consume(int count) => _start += count;

    /// <summary>Takes what has arrived, without waiting.</summary>
    /// <returns>How many bytes; 0 at the end of the stream, -1 if nothing has arrived.</returns>
    /// <exception cref="IOException">The connection is broken.</exception>
    public int Receive()
    {
        int received = socket.Receive(MakeRoom().Span);
        _end += Math.Max(received, 0);
        return received;
    }

    /// <summary>Receives behind the bytes that are there; or, given a destination, past the buffer, which must be empty then.</summary>
    /// <returns>How many bytes; 0 at the end of the stream.</returns>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async ValueTask<int> ReceiveAsync(Waiting waiting, Memory<byte> destination = default)
    {
        bool buffered = destination.IsEmpty;
        if (buffered)
            destination = MakeRoom();
        int received = TryReceive(destination.Span, waiting);
        while (received < 0)
        {
            await socket.WaitAsync(forRoom: false, waiting).ConfigureAwait(false);
            received = socket.Receive(destination.Span);
        }
        if (buffered)
            _end += received;
        return received;
    }

    /// <summary>Receives what is there, or comes within the time that is worth spinning for.</summary>
    private int TryReceive(Span<byte> destination, Waiting waiting)
    {
        int received = socket.Receive(destination);
        if (received >= 0 || waiting == Waiting.WithoutThread)
            return received;
        long start = Stopwatch.GetTimestamp();
        while (received < 0 && Stopwatch.GetTimestamp() - start < SpinTime)
            received = socket.Receive(destination);
        return received;
    }

    private Memory<byte> MakeRoom()
    {
        if (_start > 0)
        {
            Bytes.CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        return _bytes.AsMemory(_end);
    }
}
