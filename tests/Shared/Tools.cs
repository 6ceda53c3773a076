namespace StreamingLambda.Tests.Shared;

/// <summary>The programs of this machine.</summary>
public static class Tools
{
    public static bool IsInPath(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, tool)));
}
