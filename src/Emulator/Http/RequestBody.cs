using System.Buffers;
using System.IO.Pipelines;

namespace StreamingLambda.Emulator.Http;

/// <summary>Reads a request's body, which becomes an event and has an event's limit.</summary>
internal static class RequestBody
{
    /// <summary>The whole body; null when it is longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, long limit)
    {
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
