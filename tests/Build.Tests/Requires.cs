namespace StreamingLambda.Build.Tests;

/// <summary>
/// What a test needs of this machine besides the .NET SDK. Where it is missing the test is skipped with the reason, except where
/// STREAMING_LAMBDA_REQUIRE_NATIVE=1 (set by .ci/run) says that nothing may be missing.
/// </summary>
internal static class Requires
{
    /// <summary>Programs in PATH.</summary>
    public static void Programs(params string[] programs)
    {
        foreach (string program in programs)
        {
            Present(Tools.IsInPath(program), $"'{program}' is not in PATH.");
        }
    }

    /// <summary>The C compiler and linker of this machine.</summary>
    public static string Compiler()
    {
        string compiler = Tools.IsInPath("clang") ? "clang" : "gcc";
        Present(Tools.IsInPath(compiler), "No linker: neither clang nor gcc is in PATH.");
        return compiler;
    }

    /// <summary>zig, which links for other processors.</summary>
    public static string Zig()
    {
        string zig = Environment.GetEnvironmentVariable("ZIG") ?? "zig";
        Present(Tools.IsInPath(zig) || File.Exists(zig), $"'{zig}' is not in PATH.");
        return zig;
    }

    /// <summary>A file that './build.sh --local' left, after the last change of the given files and directories.</summary>
    public static string LocalArtifact(string name, params string[] newerThan) =>
        Artifact($"artifacts/local/{name}", "./build.sh --local", newerThan);

    /// <summary>A file that a command left, after the last change of the given files and directories.</summary>
    public static string Artifact(string file, string command, params string[] newerThan)
    {
        string path = Repository.PathOf(file);
        Present(File.Exists(path), $"No {file}: run '{command}' first.");
        string? changed = Repository.ChangedSince(path, newerThan);
        Present(changed is null, $"{file} is older than {changed}: run '{command}' again.");
        return path;
    }

    private static void Present(bool present, string reason)
    {
        if (!present && Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") == "1")
        {
            Assert.Fail(reason);
        }

        Assert.SkipUnless(present, reason);
    }
}
