namespace StreamingLambda.Tests.Shared;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>What is linked into every native executable, or decides how it is made.</summary>
    public static IReadOnlyList<string> NativeAotSources { get; } =
        ["NativeAot.c", "NativeAot.props", "NativeAot.targets", "Directory.Packages.props"];

    /// <summary>The full path of a file or directory.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The file of that path, or all files of that directory.</summary>
    public static string[] FilesOf(string relative)
    {
        string path = PathOf(relative);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path];
    }

    /// <summary>A file among these files and directories that was changed after an artifact was made from them; null if there is none.</summary>
    public static string? ChangedSince(string artifact, params string[] sources)
    {
        DateTime made = File.GetLastWriteTimeUtc(PathOf(artifact));
        return sources.SelectMany(FilesOf).FirstOrDefault(file => File.GetLastWriteTimeUtc(file) > made);
    }

    /// <summary>A file's text with the line ends of Unix.</summary>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "StreamingLambda.slnx")))
            directory = Path.GetDirectoryName(directory);
        return directory
            ?? throw new InvalidOperationException($"No StreamingLambda.slnx above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
