using System.Buffers;
using System.CommandLine.Parsing;
using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.CommandLine;

/// <summary>Reads <c>name=command line</c>: words as a shell would split them, variables of its own before the command as in a shell.</summary>
internal static class TargetParser
{
    private static readonly SearchValues<char> VariableCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <exception cref="BenchmarkException">The text is not a program to start, and the message says why.</exception>
    public static Target Parse(string text)
    {
        if (text.StartsWith('-')) throw new BenchmarkException($"There is no option '{text}'. The options are listed by: --help");

        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new BenchmarkException(
                $"'{text}' is not a program to measure. Write name=command, for example mine=./bootstrap or node='node index.mjs', "
                + "or one of the words floor and go for the benchmark's own.");
        }

        Queue<string> words = new(CommandLineParser.SplitCommandLine(text[(equals + 1)..]));
        Dictionary<string, string> environment = [];
        while (words.TryPeek(out string? word) && IsAssignment(word, out int at))
        {
            environment[word[..at]] = word[(at + 1)..];
            _ = words.Dequeue();
        }

        return words.TryDequeue(out string? program)
            ? Create(text[..equals], program, [.. words], environment)
            : throw new BenchmarkException($"'{text}' has no command after the '='. Write name=command, for example mine=./bootstrap.");
    }

    private static Target Create(string name, string program, string[] arguments, Dictionary<string, string> environment)
    {
        bool isPath = program.Contains('/', StringComparison.Ordinal);
        string? path = isPath ? Path.GetFullPath(program) : ExecutableFinder.Find(program);
        if (path is null)
            throw new BenchmarkException($"{name}: there is no command '{program}' on the PATH. A file in this directory is written ./{program}.");
        if (!File.Exists(path))
            throw new BenchmarkException($"{name}: there is no file {path}.");
        if (!ExecutableFinder.IsExecutable(path))
            throw new BenchmarkException($"{name}: {path} is not executable. Make it so with: chmod +x {path}");

        return new Target(name, path, arguments, environment) { IsWholeProgram = isPath };
    }

    private static bool IsAssignment(string word, out int at)
    {
        at = word.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && word.AsSpan(0, at).IndexOfAnyExcept(VariableCharacters) < 0;
    }
}
