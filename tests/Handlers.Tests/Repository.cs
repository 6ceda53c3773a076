namespace StreamingLambda.Handlers.Tests;

/// <summary>Files of the clone that the tests run in.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>The full path of a file or folder.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A file's text with the line ends of Unix.</summary>
    public static string Read(string path) => File.ReadAllText(path).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "StreamingLambda.slnx")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException($"No StreamingLambda.slnx above {AppContext.BaseDirectory}: run the tests from a clone.");
    }
}
