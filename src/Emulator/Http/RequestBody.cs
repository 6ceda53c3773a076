using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace StreamingLambda.Emulator.Http;

/// <summary>Reads a request's body, which becomes an event and has an event's limit.</summary>
internal static class RequestBody
{
    /// <summary>The whole body; null when it is too long and the caller has been told.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, long limit)
    {
        PipeReader reader = context.Request.BodyReader;
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult result = await reader.ReadAsync(context.RequestAborted);
            if (body.WrittenCount + result.Buffer.Length > limit)
            {
                reader.AdvanceTo(result.Buffer.End);
                await RefuseAsync(context.Response, limit);
                return null;
            }
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                body.Write(segment.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return body.WrittenMemory;
        }
    }

    private static async Task RefuseAsync(HttpResponse response, long limit)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"Message":"Request must be smaller than {{limit}} bytes for the InvokeFunction operation"}""");
        response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        response.ContentType = "application/json";
        response.Headers["x-amzn-ErrorType"] = "RequestTooLargeException";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, CancellationToken.None);
    }
}
