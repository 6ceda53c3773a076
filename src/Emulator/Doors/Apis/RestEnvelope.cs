using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>What a REST API makes of a complete response. It is stricter than a function URL: anything but this form is a 502.</summary>
/// <param name="Prelude">Status and headers.</param>
/// <param name="Body">The bytes for the caller.</param>
internal sealed record RestEnvelope(Prelude Prelude, ReadOnlyMemory<byte> Body)
{
    private static readonly string[] Members = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

    /// <summary>Interprets a response.</summary>
    /// <exception cref="FormatException">It cannot be made into an HTTP response; the message says why.</exception>
    public static RestEnvelope Read(BufferedResponse response, ApiSettings api, HttpRequest request)
    {
        // JSON cannot contain a NUL: this is the delimiter of what a handler wrote for a route that streams.
        if (response.Body.Span.IndexOf("\0\0\0\0\0\0\0\0"u8) >= 0)
        {
            throw new FormatException("it is a streamed one, with eight NUL bytes after status and headers, and this route does not stream. "
                + "Give its event ResponseTransferMode: RESPONSE_STREAM, or its integration STREAM and the Uri for streams");
        }
        using JsonDocument document = StrictJson.Parse(response.Body);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException($"it is a JSON {root.ValueKind}, not an object with statusCode, headers and body");
        if (root.EnumerateObject().FirstOrDefault(member => !Members.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } odd)
            throw new FormatException($"it has a member '{odd.Name}', and a REST API takes {string.Join(", ", Members)} only");
        if (!root.TryGetProperty("statusCode", out _))
            throw new FormatException("it has no statusCode");
        return new RestEnvelope(Prelude.Read(root), ReadBody(root, api, request));
    }

    private static byte[] ReadBody(JsonElement root, ApiSettings api, HttpRequest request)
    {
        if (!root.TryGetProperty("body", out JsonElement body) || body.ValueKind == JsonValueKind.Null)
            return [];
        if (body.ValueKind != JsonValueKind.String)
            throw new FormatException($"body is a JSON {body.ValueKind}, not a string");
        bool isBase64 = root.TryGetProperty("isBase64Encoded", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        // Base64 is decoded for callers who accept a binary media type of the API first; others get it as it is.
        if (!isBase64 || !RestApiEvent.IsBinary(api, FirstAccepted(request)))
            return Encoding.UTF8.GetBytes(body.GetString()!);
        return body.TryGetBytesFromBase64(out byte[]? decoded)
            ? decoded
            : throw new FormatException("body is not base64, though isBase64Encoded says so");
    }

    private static string? FirstAccepted(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList([.. request.Headers.Accept.OfType<string>()], out IList<MediaTypeHeaderValue>? types) && types.Count > 0
            ? types[0].MediaType.Value
            : null;
}
