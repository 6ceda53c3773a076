using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers;

/// <summary>A whole response that says what is wrong: a status and <c>{"error":"..."}</c>.</summary>
internal static class JsonError
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends the response and finishes it.</summary>
    public static async Task SendAsync(
        ResponseStreamWriter response,
        int statusCode,
        string message,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] headers)
    {
        await response.WriteStatusAndHeadersAsync(new(statusCode, [("Content-Type", "application/json"), .. headers]), cancellationToken);
        await response.WriteAndFinishAsync(Encode(message), cancellationToken);
    }

    private static ReadOnlyMemory<byte> Encode(string message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("error"u8, message);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
