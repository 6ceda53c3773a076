using System.Buffers;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamingLambda.Formats;

/// <summary>An <see cref="HttpProblem"/> as JSON.</summary>
internal static class ProblemJson
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> From(HttpProblem problem, int statusCode)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            WriteIfPresent(json, "type"u8, problem.Type);
            WriteIfPresent(json, "title"u8, problem.Title ?? NameOf(statusCode));
            json.WriteNumber("status"u8, statusCode);
            WriteIfPresent(json, "detail"u8, problem.Detail);
            WriteIfPresent(json, "instance"u8, problem.Instance);
            problem.WriteMembers?.Invoke(json);
            if (json.CurrentDepth != 1)
                throw new InvalidOperationException("HttpProblem.WriteMembers began an object or array that it did not end. Write whole members.");
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>The name of a status, null for one that has none. The HTTP client has the list.</summary>
    private static string? NameOf(int statusCode)
    {
        using var status = new HttpResponseMessage((HttpStatusCode)statusCode);
        return status.ReasonPhrase is { Length: > 0 } name ? name : null;
    }

    private static void WriteIfPresent(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
