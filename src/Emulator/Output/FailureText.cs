using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Output;

/// <summary>
/// A failure as a person reads it: its type and message, and under them the stack trace, a line each. Runtimes report and log failures as JSON on one
/// line, which is for machines.
/// </summary>
/// <param name="Type">What failed, as the runtime names it; null where it has no name.</param>
/// <param name="Message">What it says.</param>
/// <param name="Stack">Where it happened, innermost first; none where nobody said.</param>
internal sealed partial record FailureText(string? Type, string Message, IReadOnlyList<string> Stack)
{
    private static readonly string[] StackNames = ["stackTrace", "stack", "trace"];

    /// <summary>Reads an error in Lambda's form, <c>{"errorType":...,"errorMessage":...,"stackTrace":[...]}</c>; null: it is none.</summary>
    public static FailureText? Read(ReadOnlyMemory<byte> json) => StrictJson.ReadOrNull(json, Find);

    /// <summary>A line of a function's log; if it tells of a failure, that is what <paramref name="failure"/> is.</summary>
    /// <returns>What the console shows for it.</returns>
    public static string OfLogLine(string line, out FailureText? failure)
    {
        // Either the whole entry is JSON, or the failure follows its time and level. Whatever else a function prints is left as it is.
        bool isEntry = TextEntry().IsMatch(line);
        int json = line.StartsWith('{') ? 0 : isEntry ? line.IndexOf('{', StringComparison.Ordinal) : -1;
        failure = json >= 0 && line.Contains("\"errorMessage\"", StringComparison.Ordinal) ? Read(Encoding.UTF8.GetBytes(line[json..])) : null;
        return failure is not null ? $"{(json > 0 ? line[..json].TrimEnd() : Introduction(line))} {failure}"
            // One entry is one line: the line breaks of a stack trace are written out.
            : isEntry && line.Contains("\\nat ", StringComparison.Ordinal) ? line.Replace("\\n", "\n    ", StringComparison.Ordinal)
            : line;
    }

    /// <summary>Whether a line names this failure.</summary>
    public bool IsNamedIn(string line) =>
        Type is not null && Message.Length > 0
            && line.Contains(Type, StringComparison.Ordinal) && line.Contains(Message.Split('\n')[0].TrimEnd('\r'), StringComparison.Ordinal);

    public override string ToString() =>
        string.Join("\n", Stack.Select(frame => frame.Trim()).Prepend(Type is null ? Message : $"{Type}: {Message}"))
            .ReplaceLineEndings("\n    ");

    // A logger may put the whole error into the entry's message.
    private static FailureText? Find(JsonElement root) =>
        root.ValueKind != JsonValueKind.Object ? null
        : TextOf(root, "errorMessage") is { } message ? new FailureText(TextOf(root, "errorType"), message, StackOf(root))
        : root.TryGetProperty("message", out JsonElement inner) ? Find(inner)
        : null;

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string[] StackOf(JsonElement root)
    {
        foreach (string name in StackNames)
        {
            if (root.TryGetProperty(name, out JsonElement stack) && stack.ValueKind == JsonValueKind.Array)
                return [.. stack.EnumerateArray().Select(frame => frame.ValueKind == JsonValueKind.String ? frame.GetString()! : frame.GetRawText())];
        }
        return [];
    }

    // What the entry says beside the failure in it.
    private static string Introduction(string line)
    {
        using JsonDocument json = StrictJson.Parse(Encoding.UTF8.GetBytes(line));
        string?[] words = [TextOf(json.RootElement, "level") ?? "ERROR", TextOf(json.RootElement, "requestId"), TextOf(json.RootElement, "message")];
        return string.Join(' ', words.Where(word => word is not null));
    }

    [GeneratedRegex(@"^\S+\t([^\t]+\t)?(WARN|ERROR|FATAL)\t")]
    private static partial Regex TextEntry();
}
