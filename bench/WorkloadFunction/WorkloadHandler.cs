using StreamingLambda.Runtime;

namespace StreamingLambda.WorkloadFunction;

/// <summary>Streams what the event's body asks for. As little as a handler can do, so that the runtime is what the benchmark measures.</summary>
internal sealed class WorkloadHandler : IStreamingLambdaHandler
{
    private static readonly StatusAndHeaders TextPlain = new(200, ("Content-Type", "text/plain"));
    private static readonly byte[] TinyBody = "Hello, world!"u8.ToArray();

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        Workload workload = Workload.Read(invocation.Event.Span);
        await response.WriteStatusAndHeadersAsync(TextPlain, cancellationToken);
        await (workload.Name switch
        {
            "tiny" => response.WriteAsync(TinyBody, cancellationToken),
            "small" => WriteChunksAsync(response, (long)workload.Count * workload.Size, workload.Size, cancellationToken),
            "big" => WriteChunksAsync(response, workload.Bytes, workload.Chunk, cancellationToken),
            _ => throw new ArgumentException($"The workload '{workload.Name}' is none of tiny, small, big."),
        });
        await response.FinishAsync();
    }

    private static async ValueTask WriteChunksAsync(ResponseStreamWriter response, long bytes, int chunkBytes, CancellationToken cancellationToken)
    {
        if (chunkBytes < 1) throw new ArgumentException($"The workload's chunks have {chunkBytes} bytes. They need at least one.");

        byte[] chunk = new byte[chunkBytes];
        chunk.AsSpan().Fill((byte)'x');
        for (long left = bytes; left > 0; left -= chunkBytes)
            await response.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunkBytes)), cancellationToken);
    }
}
