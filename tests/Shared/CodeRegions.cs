using System.Text.RegularExpressions;

namespace StreamingLambda.Tests.Shared;

/// <summary>Compiled code that documents show: each <c>#region</c> of a folder's sources by its name.</summary>
public static partial class CodeRegions
{
    /// <summary>The regions' code without its common indent, each ending with a line break.</summary>
    public static IReadOnlyDictionary<string, string> In(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs")
            .SelectMany(file => Region().Matches(Repository.Read(file)))
            .ToDictionary(match => match.Groups["name"].Value, match => RemoveIndent(match.Groups["code"].Value));

    /// <summary>The blocks of code on a page.</summary>
    public static IEnumerable<string> ShownBy(string page, string language = "csharp") => Block().Matches(Repository.Read(page))
        .Where(match => match.Groups["language"].Value == language)
        .Select(match => match.Groups["code"].Value);

    /// <summary>Moves lines to the left until one of them begins there.</summary>
    public static string RemoveIndent(string code)
    {
        string[] lines = code.Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line));
    }

    [GeneratedRegex(@"^ *#region (?<name>[\w-]+)\n(?<code>.*?)^ *#endregion", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex("^```(?<language>\\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
