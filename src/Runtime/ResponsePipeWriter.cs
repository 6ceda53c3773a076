using System.IO.Pipelines;

namespace StreamingLambda.Runtime;

/// <summary>The body as a <see cref="PipeWriter"/>, over what the response keeps until it is flushed.</summary>
internal sealed class ResponsePipeWriter(ResponseStreamWriter response) : PipeWriter
{
    private bool _flushIsCancelled;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => response.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => response.TakeBuffer().GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => response.TakeBuffer().GetSpan(sizeHint);

    public override void Advance(int bytes) => response.TakeBuffer().Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await response.FlushAsync(cancellationToken).ConfigureAwait(false);
        return Result();
    }

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        await response.WriteAsync(source, cancellationToken).ConfigureAwait(false);
        return Result();
    }

    /// <summary>Shows in the result of the next flush. What is on its way cannot be called back.</summary>
    public override void CancelPendingFlush() => _flushIsCancelled = true;

    /// <summary>Ends nothing: what is unflushed goes out before the end of the response, which stays the handler's to call.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private FlushResult Result()
    {
        bool isCancelled = _flushIsCancelled;
        _flushIsCancelled = false;
        return new FlushResult(isCancelled, isCompleted: false);
    }
}
