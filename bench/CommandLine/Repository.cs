namespace StreamingLambda.Bench.CommandLine;

/// <summary>Where this repository is, whatever directory the benchmark is started in.</summary>
internal static class Repository
{
    private const string Marker = "StreamingLambda.slnx";

    public static string Root
    {
        get
        {
            for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            {
                if (File.Exists(Path.Combine(directory.FullName, Marker))) return directory.FullName;
            }

            throw new BenchmarkException(
                $"No directory above {AppContext.BaseDirectory} holds {Marker}: the benchmark runs from its repository. "
                + "Start it there with: dotnet run -c Release --project bench");
        }
    }
}
