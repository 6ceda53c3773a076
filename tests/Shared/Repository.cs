namespace StreamingLambda.Tests.Shared;

/// <summary>The checkout that these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

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
