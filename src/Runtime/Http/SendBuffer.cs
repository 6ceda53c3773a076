using System.Buffers;
using System.Diagnostics;

namespace StreamingLambda.Runtime.Http;

/// <summary>The send side of a connection. A chunk goes out at once; chunks that come faster than sends pay off are gathered.</summary>
/// <remarks>
/// A system call per ten-byte chunk is fifty times slower than copying the chunk. So once several chunks have come in a row without a
/// pause, further ones are put into a buffer that a thread-pool item sends as soon as it runs: no timer, nothing waits for more to come.
/// A chunk after a pause is on the wire when its write returns. The buffer is bounded: when it is full, the writer waits for the socket.
/// Calls do not overlap, but for the thread-pool item, which <see cref="_gate"/> guards against.
/// </remarks>
internal sealed class SendBuffer(Transport transport) : IThreadPoolWorkItem
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

        /// <summary>The thread-pool item will send the buffer. Exits: <see cref="Running"/> when it starts, <see cref="Caller"/> when the caller is faster.</summary>
        Scheduled,

        /// <summary>The thread-pool item is sending. Exit: <see cref="Caller"/>.</summary>
        Running,
    }

    private static readonly byte[] Crlf = "\r\n"u8.ToArray();

    private readonly object _gate = new();
    private ArrayBufferWriter<byte> _filling = new(1024);
    private ArrayBufferWriter<byte> _sending = new(1024);
    private Sender _sender;
    private TaskCompletionSource? _handBack;
    private IOException? _broken;
    private long _lastChunk;
    private int _chunksInARow;

    /// <summary>Bytes to go out with the next send. For use between requests' bodies, when the caller owns the buffer.</summary>
    public IBufferWriter<byte> Unsent => _filling;

    /// <summary>Writes one chunk of a chunked body. When the task completes the bytes have been sent or copied.</summary>
    /// <param name="data">The bytes of the chunk, at least one.</param>
    /// <param name="moreFollows">Whether <see cref="FlushAsync"/> will be called right after this: a small chunk then waits for it.</param>
    public ValueTask WriteChunkAsync(ReadOnlyMemory<byte> data, bool moreFollows = false)
    {
        if (moreFollows && data.Length < LargeChunk)
            return AppendAndSendAsync(data, hold: true);
        bool gather = IsGathering();
        lock (_gate)
        {
            if (_broken is { } broken)
                return ValueTask.FromException(broken);
            if ((gather || _sender != Sender.Caller) && data.Length < LargeChunk && _filling.WrittenCount + data.Length < MaxGathered)
            {
                AppendChunk(data.Span);
                if (_sender == Sender.Caller)
                {
                    _sender = Sender.Scheduled;
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }
                return ValueTask.CompletedTask;
            }
        }
        return AppendAndSendAsync(data, hold: false);
    }

    /// <summary>Sends what is gathered and takes buffer and socket back from the thread-pool item.</summary>
    public ValueTask FlushAsync() => AppendAndSendAsync(default, hold: false);

    /// <summary>Makes <see cref="Unsent"/> the caller's again.</summary>
    public ValueTask TakeBackAsync()
    {
        lock (_gate)
        {
            if (_broken is { } broken)
                return ValueTask.FromException(broken);
            if (_sender != Sender.Running)
            {
                _sender = Sender.Caller;
                return ValueTask.CompletedTask;
            }
            _handBack = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_handBack.Task);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_sender != Sender.Scheduled)
                return;
            _sender = Sender.Running;
            (_filling, _sending) = (_sending, _filling);
        }
        _ = SendGatheredAsync();
    }

    private async Task SendGatheredAsync()
    {
        IOException? broken = null;
        while (true)
        {
            try
            {
                await transport.SendAsync(_sending.WrittenMemory).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Of whatever kind: nobody awaits this, but the next call needs to hear of it.
                broken = e as IOException ?? new IOException(e.Message, e);
            }
            _sending.ResetWrittenCount();

            TaskCompletionSource? handBack;
            lock (_gate)
            {
                if (broken is null && _handBack is null && _filling.WrittenCount > 0)
                {
                    (_filling, _sending) = (_sending, _filling);
                    continue;
                }
                _broken = broken;
                _sender = Sender.Caller;
                (handBack, _handBack) = (_handBack, null);
            }
            if (broken is null)
                handBack?.SetResult();
            else
                handBack?.SetException(broken);
            return;
        }
    }

    private async ValueTask AppendAndSendAsync(ReadOnlyMemory<byte> data, bool hold)
    {
        await TakeBackAsync().ConfigureAwait(false);
        bool large = data.Length >= LargeChunk;
        if (large)
            AppendSize(data.Length);
        else if (!data.IsEmpty)
            AppendChunk(data.Span);
        if (hold)
            return;
        await transport.SendAsync(_filling.WrittenMemory, large ? data : default, large ? Crlf : default).ConfigureAwait(false);
        _filling.ResetWrittenCount();
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
