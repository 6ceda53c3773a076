using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>
/// A file of environment variables, <c>NAME=VALUE</c> a line, as Docker and Node.js take it: empty lines and lines that begin with <c>#</c> say
/// nothing, <c>export</c> before the name is for shells, and quotes around a whole value are not part of it.
/// </summary>
internal static partial class EnvironmentFile
{
    /// <summary>Its variables; of one that is there twice the last.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or a line of it is no variable that a function may have.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((int index, string line) in Lines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith('#'))
                continue;
            if (Variable().Match(line) is not { Success: true } match)
                throw new ConfigurationException(
                    $"{path}, line {index + 1}: this is no environment variable. Write NAME=VALUE, the name of two or more letters, digits and "
                        + "underscores, beginning with a letter; a comment begins with #.");
            string name = match.Groups["name"].Value;
            if (ProcessVariables.Reserved.Contains(name))
                throw new ConfigurationException(
                    $"{path}, line {index + 1}: Lambda sets {name} itself and refuses it in a function's configuration. Leave it out.");
            variables[name] = Unquoted(match.Groups["value"].Value);
        }
        return variables;
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--env-file {path} cannot be read: {exception.Message} Give the path of a file with NAME=VALUE lines.");
        }
    }

    private static string Unquoted(string value) =>
        value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value;

    [GeneratedRegex(@"^\s*(export\s+)?(?<name>[A-Za-z][A-Za-z0-9_]+)=\s*(?<value>[^\0]*?)\s*\z")]
    private static partial Regex Variable();
}
