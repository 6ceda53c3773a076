using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>What a function URL in BUFFERED mode makes of a complete response.</summary>
/// <param name="Prelude">Status, headers and cookies; null: 200 with JSON as the content type.</param>
/// <param name="Body">The bytes for the caller.</param>
internal sealed record BufferedEnvelope(Prelude? Prelude, ReadOnlyMemory<byte> Body)
{
    /// <summary>Content type of what does not say its own.</summary>
    public const string DefaultContentType = "application/json";

    /// <summary>Interprets a response.</summary>
    /// <exception cref="FormatException">It cannot be made into an HTTP response; the message says why.</exception>
    public static BufferedEnvelope Read(BufferedResponse response)
    {
        if (response.ContentType?.StartsWith(Prelude.ContentType, StringComparison.OrdinalIgnoreCase) == true)
            return ReadPrelude(response.Body);

        using JsonDocument document = StrictJson.Parse(response.Body);
        JsonElement root = document.RootElement;
        // "If your function returns valid JSON and doesn't return a statusCode", the whole of it is the body: a string without its quotes,
        // everything else written anew.
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("statusCode", out _)
            ? new BufferedEnvelope(Prelude.Read(root), ReadBody(root))
            : new BufferedEnvelope(null, root.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(root.GetString()!) : Compact(root));
    }

    /// <summary>Answers with it.</summary>
    public async Task WriteAsync(HttpResponse response)
    {
        if (Prelude is not null)
            HttpResponseHead.Apply(response, Prelude, DefaultContentType);
        else
            response.ContentType = DefaultContentType;
        if (!HttpResponseHead.CanHaveBody(response.StatusCode))
            return;
        response.ContentLength = Body.Length;
        await response.BodyWriter.WriteAsync(Body, CancellationToken.None);
    }

    private static byte[] Compact(JsonElement root)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, StrictJson.Writing))
            root.WriteTo(json);
        return buffer.ToArray();
    }

    private static BufferedEnvelope ReadPrelude(ReadOnlyMemory<byte> response)
    {
        var data = new ReadOnlySequence<byte>(response);
        return new PreludeParser().Read(ref data) is { } prelude
            ? new BufferedEnvelope(prelude, data.ToArray())
            : throw new FormatException("the prelude is not followed by eight NUL bytes");
    }

    private static byte[] ReadBody(JsonElement root)
    {
        if (!root.TryGetProperty("body", out JsonElement body) || body.ValueKind == JsonValueKind.Null)
            return [];
        if (body.ValueKind != JsonValueKind.String)
            throw new FormatException($"body is a JSON {body.ValueKind}, not a string");
        if (!root.TryGetProperty("isBase64Encoded", out JsonElement flag) || flag.ValueKind != JsonValueKind.True)
            return Encoding.UTF8.GetBytes(body.GetString()!);
        return body.TryGetBytesFromBase64(out byte[]? decoded)
            ? decoded
            : throw new FormatException("body is not base64, though isBase64Encoded says so");
    }
}
