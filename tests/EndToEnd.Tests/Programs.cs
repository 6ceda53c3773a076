using StreamingLambda.Tests.Shared;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>How a program was built.</summary>
public enum Build
{
    /// <summary>By <c>dotnet build</c>; runs on the installed .NET runtime.</summary>
    Managed,

    /// <summary>By <c>./build.sh --local</c>: what ships.</summary>
    Native,
}

/// <summary>The executables under test.</summary>
internal static class Programs
{
    /// <summary>artifacts/bin/PROJECT/CONFIGURATION: these tests' own directory tells which.</summary>
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    private static readonly string Bin = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.FullName;

    public static string Emulator => Path.Combine(Bin, "Emulator", Configuration, "StreamingLambda.Emulator");

    /// <summary>The function. The native one is skipped with the reason where it was not built from these sources, unless
    /// STREAMING_LAMBDA_REQUIRE_NATIVE=1.</summary>
    public static string Bootstrap(Build build) => build == Build.Managed
        ? Path.Combine(Bin, "Bootstrap", Configuration, "bootstrap")
        : Native("local", "./build.sh --local", "src/Runtime", "src/Handlers", "src/Bootstrap");

    /// <summary>The benchmark's function, native, which streams as much as its event asks for.</summary>
    public static string WorkloadFunction() => Native("bench", "./build.sh --bench", "src/Runtime", "bench/WorkloadFunction");

    private static string Native(string directory, string command, params string[] sources)
    {
        string path = Repository.PathOf($"artifacts/{directory}/bootstrap");
        bool isCurrent = File.Exists(path) && sources.SelectMany(Repository.FilesOf).Max(File.GetLastWriteTimeUtc) <= File.GetLastWriteTimeUtc(path);
        string reason = $"artifacts/{directory}/bootstrap is missing or older than its sources. Run '{command}' (it needs clang or gcc), then the tests again.";
        if (!isCurrent && Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") == "1")
            Assert.Fail(reason);
        Assert.SkipUnless(isCurrent, reason);
        return path;
    }
}
