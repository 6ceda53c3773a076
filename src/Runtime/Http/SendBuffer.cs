using System.Buffers;
using System.Diagnostics;

using StreamingLambda.Runtime.Http.Sockets;

namespace StreamingLambda.Runtime.Http;

/// <summary>The send side of a connection. A chunk goes out at once; chunks that come faster than sends pay off are gathered.</summary>
/// <remarks>
/// A system call per ten-byte chunk is fifty times slower than copying the chunk. So once several chunks have come in a row without a
/// pause, further ones are put into a buffer that the socket's own thread sends as soon as it runs: no timer, nothing waits for more to come, and
/// no handler can keep that thread busy. A chunk after a pause is on the wire when its write returns. The buffer is bounded: when it is full, the
/// writer waits for the socket. Calls do not overlap, but for the socket's thread, which <see cref="_gate"/> guards against.
/// </remarks>
internal sealed class SendBuffer(HttpConnection connection) : ISocketWork
{
    /// <summary>Chunks that follow each other within this time, in ticks of the stopwatch, belong together: 50 microseconds.</summary>
    private static readonly long Pause = Stopwatch.Frequency / 20_000;

    /// <summary>How many chunks without a pause are sent one by one before gathering begins.</summary>
    private const int SentOneByOne = 8;

    private const int MaxGathered = 64 * 1024;

    /// <summary>From this size a chunk is sent from where it is, not copied.</summary>
    private const int LargeChunk = 16 * 1024;

    private enum Sender
    {
        /// <summary>The caller may use buffer and socket. Exit: <see cref="Scheduled"/>.</summary>
        Caller,

        /// <summary>The socket's thread will send. Exits: <see cref="Running"/>; <see cref="Caller"/> when the caller is faster.</summary>
        Scheduled,

        /// <summary>The socket's thread is sending, or waits for room. Exit: <see cref="Caller"/>, when everything is sent.</summary>
        Running,
    }

    private static readonly byte[] Crlf = "\r\n"u8.ToArray();

    private readonly object _gate = new();
    private ArrayBufferWriter<byte> _filling = new(1024);
    private ArrayBufferWriter<byte> _sending = new(1024);

    /// <summary>What is still to be sent of <see cref="_sending"/>.</summary>
    private ReadOnlyMemory<byte> _rest;

    private Sender _sender;

    /// <summary>Whether a call of the socket's thread is due. One at a time, so that they never overlap.</summary>
    private bool _isDue;

    private TaskCompletionSource? _sent;
    private Exception? _broken;
    private long _lastChunk;
    private int _chunksInARow;

    /// <summary>Bytes to go out with the next send. For the head of a request: before a body the buffer is the caller's.</summary>
    public IBufferWriter<byte> Unsent => _filling;

    /// <summary>Writes one chunk of a chunked body, at least one byte. When the task completes the bytes have been sent or copied.</summary>
    /// <exception cref="IOException">As for <see cref="SendAsync"/>.</exception>
    public ValueTask WriteChunkAsync(ReadOnlyMemory<byte> data)
    {
        bool gather = IsGathering();
        lock (_gate)
        {
            bool copied = data.Length < LargeChunk && _filling.WrittenCount + data.Length < MaxGathered;
            if (_broken is null && copied && (_sender != Sender.Caller || (gather && TrySchedule())))
            {
                AppendChunk(data.Span);
                return ValueTask.CompletedTask;
            }
        }
        return SendAsync(data);
    }

    /// <summary>Sends what is gathered, and behind it one more chunk and the end of the body, if they are given.</summary>
    /// <exception cref="IOException">The connection is broken, or the server answered before it had taken everything.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> data = default, ReadOnlyMemory<byte> end = default)
    {
        bool large = data.Length >= LargeChunk;
        if (TryAppend(large ? default : data, large ? default : end) is { } sent)
        {
            await sent.ConfigureAwait(false);
            if (!large)
                return;
        }
        if (large)
            AppendSize(data.Length);
        ReadOnlyMemory<byte> head = _filling.WrittenMemory;
        ReadOnlyMemory<byte> body = large ? data : default;
        ReadOnlyMemory<byte> tail = !large ? default : end.IsEmpty ? Crlf : (byte[])[.. Crlf, .. end.Span];
        while (!(head.IsEmpty && body.IsEmpty && tail.IsEmpty) && !connection.TrySend(ref head, ref body, ref tail))
            await connection.Socket.WaitAsync(forRoom: true, connection.Waiting).ConfigureAwait(false);
        _filling.ResetWrittenCount();
    }

    /// <summary>In the socket's thread: sends what is gathered, one buffer at a time, so that other connections get their turn.</summary>
    void ISocketWork.Run(IOException? failure)
    {
        lock (_gate)
        {
            _isDue = false;
            if (_sender == Sender.Caller)
                return;
            if (_sender == Sender.Scheduled)
                SwapBuffers();
            _sender = Sender.Running;
        }

        try
        {
            if (failure is not null)
                throw failure;
            ReadOnlyMemory<byte> none = default;
            bool whole = connection.TrySend(ref _rest, ref none, ref none);
            lock (_gate)
            {
                if (whole && _filling.WrittenCount > 0)
                    SwapBuffers();
                if (!_rest.IsEmpty)
                {
                    connection.Socket.Start(this, whenRoom: !whole);
                    _isDue = true;
                    return;
                }
                _sender = Sender.Caller;
                _sent?.SetResult();
                _sent = null;
            }
        }
        catch (Exception e)
        {
            // Of whatever kind: nobody awaits this, but the next call needs to hear of it.
            lock (_gate)
            {
                (_sender, _broken) = (Sender.Caller, e);
                _sent?.SetException(e);
            }
        }
    }

    private void SwapBuffers()
    {
        (_filling, _sending) = (_sending, _filling);
        _filling.ResetWrittenCount();
        _rest = _sending.WrittenMemory;
    }

    private bool TrySchedule()
    {
        try
        {
            if (!_isDue)
                connection.Socket.Start(this, whenRoom: false);
        }
        catch (IOException)
        {
            // The thread cannot be had, for want of a descriptor: then each chunk is sent by its caller.
            return false;
        }
        (_isDue, _sender) = (true, Sender.Scheduled);
        return true;
    }

    /// <summary>Appends a chunk and the end of the body.</summary>
    /// <returns>Null if buffer and socket are the caller's now; otherwise a task that ends when the socket's thread has sent everything.</returns>
    private Task? TryAppend(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> end)
    {
        lock (_gate)
        {
            if (_broken is not null)
                return Task.FromException(_broken);
            if (!data.IsEmpty)
                AppendChunk(data.Span);
            _filling.Write(end.Span);
            if (_sender == Sender.Running)
                return (_sent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _sender = Sender.Caller;
            return null;
        }
    }

    private bool IsGathering()
    {
        long now = Stopwatch.GetTimestamp();
        _chunksInARow = now - _lastChunk < Pause ? _chunksInARow + 1 : 0;
        _lastChunk = now;
        return _chunksInARow >= SentOneByOne;
    }

    private void AppendChunk(ReadOnlySpan<byte> data)
    {
        AppendSize(data.Length);
        _filling.Write(data);
        _filling.Write(Crlf);
    }

    /// <summary>By hand: a number's own formatting would bring in what formats all kinds of numbers, 20 KB of a native binary.</summary>
    private void AppendSize(int length)
    {
        int digits = 1;
        for (int rest = length >> 4; rest > 0; rest >>= 4)
            digits++;
        Span<byte> size = _filling.GetSpan(digits + 2);
        for (int i = digits - 1; i >= 0; i--, length >>= 4)
            size[i] = "0123456789abcdef"u8[length & 15];
        Crlf.CopyTo(size[digits..]);
        _filling.Advance(digits + 2);
    }
}
