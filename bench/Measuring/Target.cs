namespace StreamingLambda.Bench.Measuring;

/// <summary>A program to measure.</summary>
/// <param name="Name">How the results call it.</param>
/// <param name="Path">The file to start.</param>
/// <param name="Arguments">The words after it.</param>
/// <param name="Environment">Variables of its own, beside those that Lambda sets.</param>
internal sealed record Target(string Name, string Path, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Knows no workloads: only its start is measured, and any well-formed response counts.</summary>
    public bool ColdOnly { get; init; }

    /// <summary>The file itself is what would be deployed; not so for an interpreter found on the PATH.</summary>
    public bool IsWholeProgram { get; init; }

    public string CommandLine =>
        string.Join(' ', [.. Environment.Select(variable => $"{variable.Key}={variable.Value}"), Path, .. Arguments]);
}
