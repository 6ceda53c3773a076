namespace StreamingLambda.Runtime.Http;

/// <summary>A <see cref="Stream"/> over one asynchronous write operation, and one that flushes if what is written may wait. Disposing ends the stream
/// and nothing else: whoever owns the operations decides where they end.</summary>
internal sealed class WriteOnlyStream(
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Func<CancellationToken, ValueTask>? flush = null) : Stream
{
    private bool _disposed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_disposed;

    public override long Length => throw new NotSupportedException("A streamed body has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("A streamed body has no position.");
        set => throw new NotSupportedException("A streamed body has no position.");
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return write(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>For writers that have no asynchronous form, such as a compressor being disposed. Blocks while the socket takes nothing.</summary>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return flush is null ? Task.CompletedTask : flush(cancellationToken).AsTask();
    }

    /// <summary>Blocks as <see cref="Write(byte[], int, int)"/> does.</summary>
    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream can only be written to.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A streamed body has no position.");

    public override void SetLength(long value) => throw new NotSupportedException("A streamed body has no length.");

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }
}
