using System.Text.Json;

namespace StreamingLambda.Formats;

/// <summary>What is wrong, in the form that RFC 9457 gives it: a JSON object of the type <c>application/problem+json</c>.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9457. Its member <c>status</c> is the status that the problem is sent with.</remarks>
/// <example>
/// <code>
/// var problem = new HttpProblem
/// {
///     Type = "https://example.com/problems/out-of-stock",
///     Title = "Out of stock",
///     Detail = "There are 3 pens left, and 5 were ordered.",
///     WriteMembers = json => json.WriteNumber("left", 3),
/// };
/// await response.SendProblemAsync(problem, new(409), cancellationToken);
/// </code>
/// </example>
public sealed record HttpProblem
{
    /// <summary>What went wrong this time, for a person. An exception's message is not for it: that may name files, tables or addresses.</summary>
    public string? Detail { get; init; }

    /// <summary>The kind of problem in a few words, the same each time. Null for the name of the status, such as <c>Bad Request</c>.</summary>
    public string? Title { get; init; }

    /// <summary>A URI that names the kind of problem, for a program to tell it by. Null, and then left out, where the status says it all.</summary>
    public string? Type { get; init; }

    /// <summary>A URI that names this occurrence; null for none.</summary>
    public string? Instance { get; init; }

    /// <summary>Writes further members into the JSON object, behind those above; null for none.</summary>
    public Action<Utf8JsonWriter>? WriteMembers { get; init; }
}
