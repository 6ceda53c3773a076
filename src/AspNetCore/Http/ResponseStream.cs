namespace StreamingLambda.AspNetCore.Http;

/// <summary>The response's body as a <see cref="Stream"/>: each write is on its way when it completes, as with Kestrel.</summary>
internal sealed class ResponseStream(ResponseFeature response) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await response.Writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken) =>
        await response.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);

    public override void Write(byte[] buffer, int offset, int count)
    {
        ThrowIfAsynchronousOnly();
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
    }

    public override void Flush()
    {
        ThrowIfAsynchronousOnly();
        FlushAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void ThrowIfAsynchronousOnly()
    {
        if (!response.AllowSynchronousIO)
        {
            throw new InvalidOperationException(
                "Synchronous writes to the response are not allowed: they block a thread. Call WriteAsync and FlushAsync, or set "
                + "IHttpBodyControlFeature.AllowSynchronousIO.");
        }
    }
}
