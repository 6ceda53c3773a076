using System.Globalization;

namespace StreamingLambda.Emulator.Tests;

/// <summary>An answer as it was read, its header lines in their order.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyList<string> Headers, string Body)
{
    /// <summary>Takes the head apart, which is the status line and the header lines.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RawAnswer Parse(IReadOnlyList<string> head, string body) => head is [{ Length: > 12 } status, ..]
        ? new RawAnswer(int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), [.. head.Skip(1)], body)
        : throw new FormatException($"This is no answer: '{string.Join('\n', head)}'");

    /// <summary>The values of a header, each as it was sent.</summary>
    public string[] Values(string name) =>
        [.. Headers.Where(header => header.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(header => header[(name.Length + 2)..])];

    /// <summary>The value of a header that is there once.</summary>
    /// <exception cref="KeyNotFoundException">It is not.</exception>
    public string Value(string name) =>
        Values(name) is [var value] ? value : throw new KeyNotFoundException($"{Status} has not one {name}: {string.Join(", ", Headers)} {Body}");
}
