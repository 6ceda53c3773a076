using System.Text.Json;

namespace StreamingLambda.Emulator.Http;

/// <summary>The short JSON answers that AWS gives instead of a result.</summary>
internal static class JsonAnswer
{
    /// <summary>An error: type in a header, one member with the message.</summary>
    public static async Task WriteErrorAsync(HttpResponse response, int status, string errorType, string memberName, string message)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString(memberName, message);
            json.WriteEndObject();
        }
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers["x-amzn-ErrorType"] = errorType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body.ToArray(), CancellationToken.None);
    }
}
