using System.Text.Json;

namespace StreamingLambda.Emulator.Http;

/// <summary>The short JSON answers that AWS gives instead of a result.</summary>
internal static class JsonAnswer
{
    /// <summary>An error: type in a header, one member with the message.</summary>
    public static Task WriteErrorAsync(HttpResponse response, int status, string errorType, string memberName, string message) =>
        WriteErrorAsync(response, status, errorType, (memberName, message));

    /// <summary>429: a function's concurrency is used up.</summary>
    public static Task WriteThrottledAsync(HttpResponse response, string message) => WriteErrorAsync(
        response,
        StatusCodes.Status429TooManyRequests,
        "TooManyRequestsException",
        ("Reason", "ReservedFunctionConcurrentInvocationLimitExceeded"),
        ("Type", "User"),
        ("message", message));

    private static async Task WriteErrorAsync(HttpResponse response, int status, string errorType, params (string Name, string Value)[] members)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, JsonStyle.Readable))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in members)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers["x-amzn-ErrorType"] = errorType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body.ToArray(), CancellationToken.None);
    }
}
