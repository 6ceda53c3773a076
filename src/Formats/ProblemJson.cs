using System.Net;
using System.Text.Json;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Formats;

/// <summary>An <see cref="HttpProblem"/> as JSON.</summary>
internal static class ProblemJson
{
    public static ReadOnlyMemory<byte> From(HttpProblem problem, int statusCode)
    {
        using var buffer = new JsonBuffer(512, ErrorReport.JsonOptions);
        Utf8JsonWriter json = buffer.Writer;
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
        return buffer.End("\n"u8);
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
