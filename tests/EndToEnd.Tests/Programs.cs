using System.Diagnostics;

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
    private static readonly Lock Building = new();

    /// <summary>The function. The native one is built first where that is needed and this machine can.</summary>
    public static string Bootstrap(Build build) => build == Build.Managed
        ? BuiltPrograms.Bootstrap
        : Native("local", "src/Runtime", "src/Formats", "src/Handlers", "src/Bootstrap");

    /// <summary>The benchmark's function, native, which streams as much as its event asks for.</summary>
    public static string WorkloadFunction() => Native("bench", "src/Runtime", "bench/WorkloadFunction");

    /// <summary>What './build.sh --local' or './build.sh --bench' leaves. Where a tool for that is missing the test is skipped with the reason, unless
    /// STREAMING_LAMBDA_REQUIRE_NATIVE=1 says that none may be missing.</summary>
    private static string Native(string kind, params string[] sources)
    {
        string path = Repository.PathOf($"artifacts/{kind}/bootstrap");
        lock (Building)
        {
            if (!File.Exists(path) || Repository.ChangedSince(path, sources) is not null)
                BuildNative(kind);
        }
        return path;
    }

    private static void BuildNative(string kind)
    {
        string? missing = !OperatingSystem.IsLinux() ? "Linux"
            : !Tools.IsInPath("clang") && !Tools.IsInPath("gcc") ? "a linker (clang or gcc)"
            : ((string[])["zip", "unzip", "readelf", "objcopy"]).FirstOrDefault(tool => !Tools.IsInPath(tool));
        if (missing is not null && Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") != "1")
            Assert.Skip($"A native function cannot be built here: there is no {missing}.");

        using Process build = Process.Start(new ProcessStartInfo(Repository.PathOf("build.sh"), $"--{kind}") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = build.StandardError.ReadToEndAsync();
        string output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, $"./build.sh --{kind} failed:\n{output}{error.GetAwaiter().GetResult()}");
    }
}
