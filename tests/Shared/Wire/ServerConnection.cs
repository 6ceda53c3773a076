using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.Tests.Shared.Wire;

/// <summary>Takes bytes of a body as they arrive.</summary>
public delegate void BodySink(ReadOnlySpan<byte> bytes);

/// <summary>The Runtime API's end of one connection: reads requests strictly, piece by piece, and sends whatever it is given.</summary>
public sealed class ServerConnection : IDisposable
{
    private const int InitialBytes = 64 * 1024;
    private const int MaxHeadBytes = 256 * 1024;

    private readonly Socket _socket;
    private readonly TimeSpan _limit;
    private readonly BodySink? _record;
    private readonly ReceiveBuffer _input = new(InitialBytes, MaxHeadBytes);
    private readonly ChunkReader _chunks = new();

    /// <param name="socket">The accepted socket, owned from here on.</param>
    /// <param name="limit">How long a receive or a send may take; null for as long as it takes.</param>
    /// <param name="record">Gets everything that is received, if somebody wants it.</param>
    public ServerConnection(Socket socket, TimeSpan? limit = null, BodySink? record = null)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _limit = limit ?? Timeout.InfiniteTimeSpan;
        _record = record;
    }

    /// <summary>Bytes that have been received and are not read yet.</summary>
    public ReadOnlySpan<byte> Unread => _input.Unread;

    /// <summary>Reads a request's head; null if the connection ends instead.</summary>
    /// <exception cref="InvalidDataException">It is not a head.</exception>
    /// <exception cref="EndOfStreamException">The connection ended in the middle of it.</exception>
    public async Task<RecordedHead?> ReadHeadAsync()
    {
        RecordedHead? head;
        while ((head = TakeHead()) is null)
        {
            if (await ReceiveAsync())
                continue;
            return Unread.IsEmpty ? null : throw CutOff();
        }
        _chunks.Reset();
        return head;
    }

    /// <summary>Reads one chunk of a chunked body.</summary>
    /// <returns>False for the last one, whose trailers are still to be read.</returns>
    /// <exception cref="InvalidDataException">The framing is broken.</exception>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    public async Task<bool> ReadChunkAsync(BodySink take)
    {
        while (true)
        {
            switch (TakeChunkPart(take))
            {
                case ChunkPart.NeedMore:
                    await ReceiveOrThrowAsync();
                    break;
                case ChunkPart.LastChunk:
                    return false;
                case ChunkPart.Data or ChunkPart.ChunkEnd when _chunks.IsBetweenChunks:
                    return true;
            }
        }
    }

    /// <summary>Reads the trailers after the last chunk, to the end of the body.</summary>
    /// <exception cref="InvalidDataException">One of them is no field.</exception>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    public async Task<IReadOnlyList<(string Name, string Value)>> ReadTrailersAsync()
    {
        while (TakeChunkPart(static _ => { }) != ChunkPart.End)
            await ReceiveOrThrowAsync();
        return RecordedHead.ReadFields(new HeaderFields(_chunks.Trailers));
    }

    /// <summary>Reads so many bytes.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before they had come.</exception>
    public async Task<byte[]> ReadExactlyAsync(int length)
    {
        byte[] bytes = new byte[length];
        int filled = 0;
        while (filled < length)
        {
            if (Unread.IsEmpty)
                await ReceiveOrThrowAsync();
            int part = Math.Min(length - filled, Unread.Length);
            Unread[..part].CopyTo(bytes.AsSpan(filled));
            _input.Consume(part);
            filled += part;
        }
        return bytes;
    }

    /// <summary>Reads to the end of the connection, in order or with a reset, and returns how many bytes came.</summary>
    public async Task<long> DrainAsync()
    {
        long count = 0;
        do
        {
            count += Unread.Length;
            _input.Clear();
        }
        while (await ReceiveAsync());
        return count;
    }

    /// <summary>Sends all of the bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await WithinLimitAsync(_socket.SendAsync(bytes))..];
    }

    /// <summary>Sends and ends the connection in the same packet. Linux only.</summary>
    public async Task SendAndCloseAsync(ReadOnlyMemory<byte> bytes)
    {
        const int tcp = 6;
        const int cork = 3; // of <netinet/tcp.h> on Linux: nothing goes out that more could follow
        _socket.SetRawSocketOption(tcp, cork, BitConverter.GetBytes(1));
        await SendAsync(bytes);
        Close();
    }

    /// <summary>Ends the connection in order: the function reads the end of the stream.</summary>
    public void Close() => _socket.Dispose();

    /// <summary>Breaks the connection: the function gets a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    /// <summary>Keeps the kernel from buffering what this end does not read, so that the function's sends soon find no room.</summary>
    public void UseSmallBuffer() => _socket.ReceiveBufferSize = 4096;

    public void Dispose() => _socket.Dispose();

    private RecordedHead? TakeHead()
    {
        if (!RequestHead.TryParse(Unread, out RequestHead head))
            return null;
        RecordedHead recorded = RecordedHead.From(in head, Encoding.UTF8.GetString(Unread[..head.Length]));
        _input.Consume(head.Length);
        return recorded;
    }

    private ChunkPart TakeChunkPart(BodySink take)
    {
        ChunkPart part = _chunks.Read(Unread, out int used, out ReadOnlySpan<byte> data);
        if (part == ChunkPart.Data)
            take(data);
        _input.Consume(used);
        return part;
    }

    private async ValueTask ReceiveOrThrowAsync()
    {
        if (!await ReceiveAsync())
            throw CutOff();
    }

    /// <summary>Receives more; false at the end of the connection, in order or not.</summary>
    private async ValueTask<bool> ReceiveAsync()
    {
        Memory<byte> room = _input.GetRoom();
        int received;
        try
        {
            received = await WithinLimitAsync(_socket.ReceiveAsync(room));
        }
        catch (SocketException)
        {
            return false;
        }
        _input.Received(received);
        _record?.Invoke(room.Span[..received]);
        return received > 0;
    }

    private async ValueTask<int> WithinLimitAsync(ValueTask<int> operation) =>
        _limit == Timeout.InfiniteTimeSpan || operation.IsCompleted ? await operation : await operation.AsTask().WaitAsync(_limit);

    private EndOfStreamException CutOff()
    {
        const int shown = 1000;
        string unread = Encoding.UTF8.GetString(Unread[..Math.Min(shown, Unread.Length)]);
        return new($"The function ended the connection in the middle of a request. Unread: '{unread}'");
    }
}
