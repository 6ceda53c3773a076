namespace StreamingLambda.Build.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The file of that path, or all files of that directory.</summary>
    public static string[] FilesOf(string relative)
    {
        string path = PathOf(relative);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path];
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "StreamingLambda.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No StreamingLambda.slnx above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
