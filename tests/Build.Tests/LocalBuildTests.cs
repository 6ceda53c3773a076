#if !NET10_0_OR_GREATER // What this builds does not depend on the framework of the tests, and it takes a while: once is enough.
namespace StreamingLambda.Build.Tests;

public sealed class LocalBuildTests
{
    private static readonly string[] Inputs =
    [
        "build.sh", "scripts", "src", ".editorconfig", "BannedSymbols.txt", "NativeAot.props", "NativeAot.targets", "global.json",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
    ];

    [Fact]
    public async Task A_second_build_in_another_directory_without_a_repository_gives_the_same_zip()
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        Requires.Compiler();
        string first = Requires.LocalArtifact("bootstrap.zip", newerThan: Inputs);
        using TemporaryDirectory checkout = new();
        string root = checkout.Add(Inputs);

        CommandResult result = await Command.RunAsync(
            Path.Combine(root, "build.sh"), ["--local"], workingDirectory: "/", timeout: TimeSpan.FromMinutes(5));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] left = Directory.GetFiles(Path.Combine(root, "artifacts"), "*", SearchOption.AllDirectories);
        Assert.Equal(["bootstrap", "bootstrap.zip"], left.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(first), await File.ReadAllBytesAsync(Path.Combine(root, "artifacts/local/bootstrap.zip")));
    }
}
#endif
