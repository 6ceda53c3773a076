namespace StreamingLambda.Emulator.Http;

/// <summary>An answer that is known in one piece: written with its length, whether or not its reader is still there.</summary>
internal static class WholeAnswer
{
    /// <summary>Writes it.</summary>
    public static async Task WriteAsync(HttpResponse response, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, CancellationToken.None);
    }
}
