using System.Buffers;
using System.IO.Pipelines;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The response's body as a <see cref="PipeWriter"/>: what is written waits here until it is flushed, and a flush sends it in one
/// chunk.</summary>
internal sealed class ResponsePipe(ResponseFeature response) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _unflushed = new();
    private bool _flushIsCancelled;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed.WrittenCount;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _unflushed.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _unflushed.GetSpan(sizeHint);

    public override void Advance(int bytes) => _unflushed.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await response.SendAsync(_unflushed.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _unflushed.ResetWrittenCount();
        return Result();
    }

    /// <summary>Bytes that nothing waits before are sent from where they are.</summary>
    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_unflushed.WrittenCount > 0)
        {
            _unflushed.Write(source.Span);
            return await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        await response.SendAsync(source, cancellationToken).ConfigureAwait(false);
        return Result();
    }

    public override void CancelPendingFlush() => _flushIsCancelled = true;

    /// <summary>The writer is done with it; the response ends when the request does.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>What was written and not flushed. The memory is valid until the next write.</summary>
    public ReadOnlyMemory<byte> TakeUnflushed()
    {
        ReadOnlyMemory<byte> unflushed = _unflushed.WrittenMemory;
        _unflushed.ResetWrittenCount();
        return unflushed;
    }

    private FlushResult Result()
    {
        bool isCancelled = _flushIsCancelled;
        _flushIsCancelled = false;
        return new FlushResult(isCancelled, isCompleted: false);
    }
}
