using System.CommandLine.Parsing;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>A program that starts a function's executable in its own way: a debugger's server, an emulator of another processor, a tracer.</summary>
internal static class WrapCommand
{
    /// <summary>Its path and its own arguments; the executable's path comes after them. None for null.</summary>
    /// <exception cref="ConfigurationException">There is no such program.</exception>
    public static IReadOnlyList<string> Read(string? command, Func<string, string?> variable)
    {
        if (command is null)
            return [];
        string[] words = [.. CommandLineParser.SplitCommandLine(command)];
        return words.Length == 0
            ? throw new ConfigurationException("--wrap: there is no command. Give a program and its arguments: --wrap 'strace -f'.")
            : [Find(words[0], variable("PATH") ?? ""), .. words[1..]];
    }

    private static string Find(string program, string path)
    {
        IEnumerable<string> candidates = program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? [Path.GetFullPath(program)]
            : path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.GetFullPath(Path.Combine(folder, program)));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new ConfigurationException($"--wrap: there is no program {program} here. Install it, or give its path.");
    }
}
