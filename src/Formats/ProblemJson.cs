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

    /// <summary>The name of a status that says what is wrong, null for any other. .NET has the list in its HTTP client, which would come into the
    /// binary with it.</summary>
    /// <remarks>https://www.iana.org/assignments/http-status-codes</remarks>
    private static string? NameOf(int statusCode) => statusCode switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        511 => "Network Authentication Required",
        _ => null,
    };

    private static void WriteIfPresent(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
