using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamingLambda.Bench.Player;

namespace StreamingLambda.Bench.Emulating;

/// <summary>A caller of a function URL on one keep-alive connection, small and blocking: the emulator is to be measured, not an HTTP
/// client.</summary>
internal sealed class Caller : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private readonly byte[] _request;
    private readonly Workload _workload;
    private readonly byte[] _end;

    /// <param name="port">The function URL's.</param>
    /// <param name="workload">What the function is to do.</param>
    /// <param name="timeout">For each wait.</param>
    /// <param name="endBytes">How many bytes of the end of a response are kept.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public Caller(int port, Workload workload, TimeSpan timeout, int endBytes = 0)
    {
        _workload = workload;
        _end = new byte[endBytes];
        _request = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {workload.Body.Length}\r\n\r\n{workload.Body}"));
        _socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>The end of the last response.</summary>
    public ReadOnlySpan<byte> End => _end;

    /// <summary>In how many chunks the last response came.</summary>
    public long Chunks { get; private set; }

    /// <summary>Calls the function and takes the whole response.</summary>
    /// <exception cref="BenchmarkException">The response is not the workload's.</exception>
    public void Call()
    {
        _ = _socket.Send(_request);
        int end = 0;
        int head;
        do
            end += Receive(_buffer.AsSpan(end));
        while ((head = _buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8)) < 0);

        ReadOnlySpan<byte> headLines = _buffer.AsSpan(0, head);
        if (!headLines.StartsWith("HTTP/1.1 200 "u8) || headLines.IndexOf("Transfer-Encoding: chunked"u8) < 0)
            throw new BenchmarkException($"The emulator did not stream a response with status 200:\n{Encoding.UTF8.GetString(_buffer, 0, end)}");

        long bytes = ReceiveBody(head + 4, end);
        if (bytes != _workload.ResponseBytes)
            throw new BenchmarkException($"The response has {bytes} body bytes, the workload {_workload.Body} has {_workload.ResponseBytes}.");
    }

    public void Dispose() => _socket.Dispose();

    // Chunk by chunk. Sizes and line ends are read where they are complete in the buffer, data is counted and dropped.
    private long ReceiveBody(int start, int end)
    {
        long total = 0;
        Chunks = 0;
        while (true)
        {
            int lineEnd;
            while ((lineEnd = _buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0) Refill(ref start, ref end);
            if (!Utf8Parser.TryParse(_buffer.AsSpan(start, lineEnd), out int size, out int used, 'x') || used != lineEnd)
                throw new BenchmarkException("The response's chunked framing is broken: no chunk size stands where one must.");
            start += lineEnd + 2;
            total += size;

            // The line end behind the data; behind the last size, the blank line.
            for (int left = size + 2; left > 0;)
            {
                if (start == end) Refill(ref start, ref end);
                int taken = Math.Min(left, end - start);
                KeepEnd(_buffer.AsSpan(start, Math.Min(taken, Math.Max(left - 2, 0))));
                start += taken;
                left -= taken;
            }

            if (size == 0) return total;
            Chunks++;
        }
    }

    private void KeepEnd(ReadOnlySpan<byte> data)
    {
        data = data[^Math.Min(data.Length, _end.Length)..];
        _end.AsSpan(data.Length).CopyTo(_end);
        data.CopyTo(_end.AsSpan(_end.Length - data.Length));
    }

    private void Refill(ref int start, ref int end)
    {
        int kept = end - start;
        _buffer.AsSpan(start, kept).CopyTo(_buffer);
        start = 0;
        end = kept + Receive(_buffer.AsSpan(kept));
    }

    private int Receive(Span<byte> buffer)
    {
        int count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return count > 0
            ? count
            : throw new BenchmarkException(error == SocketError.Success
                ? "The emulator closed the connection in the middle of a response: the function crashed, or broke the protocol."
                : $"The emulator's response stopped in the middle: {error}.");
    }
}
