using StreamingLambda.Runtime;

namespace StreamingLambda.WorkloadFunction;

/// <summary>The response to a workload.</summary>
internal static class WorkloadResponse
{
    private static readonly StatusAndHeaders TextPlain = new(200, ("Content-Type", "text/plain"));
    private static readonly byte[] TinyBody = "Hello, world!"u8.ToArray();

    /// <exception cref="ArgumentException">There is no such workload.</exception>
    public static async Task SendAsync(Workload workload, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        await response.WriteStatusAndHeadersAsync(TextPlain, cancellationToken);
        await (workload.Name switch
        {
            "tiny" => response.WriteAsync(TinyBody, cancellationToken),
            "small" => WriteChunksAsync(response, (long)workload.Count * workload.Size, workload.Size, cancellationToken),
            "paced" => PacedChunks.WriteAsync(response, workload, cancellationToken),
            "big" => WriteChunksAsync(response, workload.Bytes, workload.Chunk, cancellationToken),
            _ => throw new ArgumentException($"The workload '{workload.Name}' is none of tiny, small, paced, big."),
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
