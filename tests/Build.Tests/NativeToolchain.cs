namespace StreamingLambda.Build.Tests;

/// <summary>
/// What tests of native artefacts need. Where it is missing they are skipped with the reason, except where
/// STREAMING_LAMBDA_REQUIRE_NATIVE=1 (set by .ci/run) says that nothing may be missing.
/// </summary>
internal static class NativeToolchain
{
    /// <summary>The C compiler and linker of this machine.</summary>
    public static string Compiler()
    {
        string compiler = IsInPath("clang") ? "clang" : "gcc";
        Require(IsInPath(compiler), "No linker: neither clang nor gcc is in PATH.");
        return compiler;
    }

    /// <summary>A file that './build.sh --local' left.</summary>
    public static string LocalArtifact(string name)
    {
        string path = Repository.PathOf($"artifacts/local/{name}");
        Require(File.Exists(path), $"No artifacts/local/{name}: run './build.sh --local' first.");
        return path;
    }

    private static void Require(bool present, string reason)
    {
        if (!present && Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") == "1")
        {
            Assert.Fail(reason);
        }

        Assert.SkipUnless(present, reason);
    }

    private static bool IsInPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}
