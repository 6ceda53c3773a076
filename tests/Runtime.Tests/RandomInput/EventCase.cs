using System.Text;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>An event of a function URL, as it is written and as it has to be read.</summary>
internal sealed record EventCase
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>Null leaves the member out, as for the others here.</summary>
    public required string? Query { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Cookies as name and value; the first of a name counts.</summary>
    public required IReadOnlyList<(string Name, string Value)> Cookies { get; init; }

    public required byte[]? Body { get; init; }

    public required bool Base64 { get; init; }

    public required long? TimeEpoch { get; init; }

    /// <summary>The member that holds something else than it should; null for none.</summary>
    public required string? Odd { get; init; }

    /// <summary>The event's bytes.</summary>
    public required byte[] Json { get; init; }

    public override string ToString() => Encoding.UTF8.GetString(Json);
}
