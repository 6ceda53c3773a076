namespace StreamingLambda.Bench.CommandLine;

/// <summary>Finds the emulator that was built for release.</summary>
internal static class EmulatorFinder
{
    /// <exception cref="BenchmarkException">It was not built.</exception>
    public static string Find(string repository)
    {
        string path = Path.Combine(repository, "artifacts", "bin", "Emulator", "release", "StreamingLambda.Emulator");
        return File.Exists(path)
            ? path
            : throw new BenchmarkException($"There is no emulator at {path}. Make it with: dotnet build -c Release src/Emulator");
    }
}
