using System.Net;

namespace StreamingLambda.Runtime.Http;

/// <summary>A body that is wholly in memory, readable without the copy that <c>HttpContent.ReadAsByteArrayAsync</c> makes.</summary>
internal sealed class BufferedContent(ReadOnlyMemory<byte> bytes) : HttpContent
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(Bytes).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = Bytes.Length;
        return true;
    }
}
