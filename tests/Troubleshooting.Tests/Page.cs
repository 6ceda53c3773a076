using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>docs/troubleshooting.md: entries by their headings, each with the messages that it shows. The test of an entry has its
/// heading as its name.</summary>
internal static partial class Page
{
    /// <summary>The page as it is.</summary>
    public static string Text { get; } = Repository.Read("docs/troubleshooting.md");

    /// <summary>The entries in their order.</summary>
    public static IReadOnlyList<Entry> Entries { get; } =
        [.. HeadingAndText().Matches(Text).Select(match => new Entry(
            match.Groups["heading"].Value,
            match.Groups["text"].Value,
            [.. Block().Matches(match.Groups["text"].Value).Select(block => block.Groups["message"].Value)]))];

    /// <summary>Fails unless the entry shows just these messages, in this order: each block is whole lines of what was produced, where
    /// <c>&lt;a word&gt;</c> stands for what varies within a line and <c>...</c> for anything.</summary>
    public static void Shows(IReadOnlyList<string> produced, [CallerMemberName] string test = "")
    {
        Entry entry = Assert.Single(Entries, entry => entry.TestName == test);
        Assert.True(
            entry.Messages.Count == produced.Count,
            $"'{entry.Heading}' shows {entry.Messages.Count} messages; {produced.Count} appeared:\n{string.Join('\n', produced)}");
        Assert.All(entry.Messages.Zip(produced), pair => Assert.True(
            Pattern(pair.First).IsMatch(pair.Second.ReplaceLineEndings("\n")),
            $"'{entry.Heading}' of docs/troubleshooting.md shows\n{pair.First}\nbut what appeared is\n{pair.Second}"));
    }

    /// <inheritdoc cref="Shows(IReadOnlyList{string}, string)" />
    public static void Shows(string produced, [CallerMemberName] string test = "") => Shows([produced], test);

    private static Regex Pattern(string message)
    {
        var pattern = new StringBuilder("^");
        int end = 0;
        foreach (Match placeholder in Placeholder().Matches(message))
        {
            pattern.Append(Regex.Escape(message[end..placeholder.Index])).Append(placeholder.Value == "..." ? @"[\s\S]*?" : ".+?");
            end = placeholder.Index + placeholder.Length;
        }
        return new Regex(pattern.Append(Regex.Escape(message[end..])).Append('$').ToString(), RegexOptions.Multiline);
    }

    [GeneratedRegex("^### (?<heading>.+)\n(?<text>(?s:.*?))(?=^##|\\z)", RegexOptions.Multiline)]
    private static partial Regex HeadingAndText();

    [GeneratedRegex("^```text\n(?<message>(?s:.*?))\n```$", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"<[a-z][a-z ]*>|\.\.\.")]
    private static partial Regex Placeholder();

    /// <summary>One mistake.</summary>
    internal sealed record Entry(string Heading, string Text, IReadOnlyList<string> Messages)
    {
        /// <summary>AWS alone produces it: it cannot be provoked here.</summary>
        public bool IsOnAwsOnly => Text.Contains("On AWS only", StringComparison.Ordinal);

        /// <summary>The heading as a method's name.</summary>
        public string TestName { get; } = NoWord().Replace(Heading, "_").Trim('_');
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NoWord();
}
