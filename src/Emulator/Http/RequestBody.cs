using System.Buffers;
using System.IO.Pipelines;
using System.Threading.RateLimiting;

namespace StreamingLambda.Emulator.Http;

/// <summary>Reads a request's body, which becomes an event and has an event's limit.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Bodies in memory at a time, all requests together, in MB: ten of the largest. Further large ones stay in their sockets until others are
    /// through, and their senders wait. Small ones are let in always.
    /// </summary>
    private const int Budget = 64;

    private const int Megabyte = 1024 * 1024;

    private static readonly ConcurrencyLimiter InMemory = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Budget,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>The whole body; null when it is longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, long limit)
    {
        // A body of unknown length may have any.
        long length = Math.Min(context.Request.ContentLength ?? (context.Request.Headers.TransferEncoding.Count > 0 ? limit : 0), limit);
        if (length > Megabyte)
        {
            int megabytes = (int)Math.Min(Budget, 1 + (length / Megabyte));
            context.Response.RegisterForDispose(await InMemory.AcquireAsync(megabytes, context.RequestAborted));
        }
        PipeReader reader = context.Request.BodyReader;
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult result = await reader.ReadAsync(context.RequestAborted);
            bool isTooLong = body.WrittenCount + result.Buffer.Length > limit;
            if (!isTooLong)
            {
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                    body.Write(segment.Span);
            }
            reader.AdvanceTo(result.Buffer.End);
            if (isTooLong)
                return null;
            if (result.IsCompleted)
                return body.WrittenMemory;
        }
    }
}
