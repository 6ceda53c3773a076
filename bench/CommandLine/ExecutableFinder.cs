namespace StreamingLambda.Bench.CommandLine;

/// <summary>Finds commands as a shell does.</summary>
internal static class ExecutableFinder
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <returns>The full path of the first such executable on the PATH; null when there is none.</returns>
    public static string? Find(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, command))
            .FirstOrDefault(path => File.Exists(path) && IsExecutable(path));

    public static bool IsExecutable(string path) => (File.GetUnixFileMode(path) & AnyExecute) != 0;
}
