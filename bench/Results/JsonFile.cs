namespace StreamingLambda.Bench.Results;

/// <summary>Opens the file for the results.</summary>
internal static class JsonFile
{
    /// <exception cref="BenchmarkException">It cannot be written.</exception>
    public static FileStream Create(string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) _ = Directory.CreateDirectory(directory);
            return File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"Cannot write the results to {path}: {e.Message}");
        }
    }
}
