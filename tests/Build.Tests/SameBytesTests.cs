#if NET10_0_OR_GREATER // What this builds does not depend on the framework of the tests, and it takes a while: once is enough.
namespace StreamingLambda.Build.Tests;

/// <summary>The same commit gives the same bytes, wherever it is built.</summary>
public sealed class SameBytesTests
{
    private static readonly string[] Inputs =
    [
        "build.sh", "scripts", "src", ".editorconfig", "BannedSymbols.txt", "NativeAot.c", "NativeAot.props", "NativeAot.targets",
        "global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
    ];

    [Theory]
    [InlineData("artifacts/local", "--local")]
    [InlineData("artifacts/cross/provided.al2-arm64", "--cross")]
    public async Task A_second_build_in_another_directory_without_a_repository_gives_the_same_zip(string first, string way)
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        string linker = way == "--cross" ? Requires.Zig() : Requires.Compiler();
        string zip = Requires.Artifact($"{first}/bootstrap.zip", $"./build.sh {way} --output {first}", newerThan: Inputs);
        using TemporaryDirectory checkout = new();
        string root = checkout.Add(Inputs);

        CommandResult result = await Command.RunAsync(
            Path.Combine(root, "build.sh"), [way, "--output", "out"], workingDirectory: root, timeout: TimeSpan.FromMinutes(5));

        Assert.True((0, "") == (result.ExitCode, result.Error), $"{linker}: {result.Output}{result.Error}");
        Assert.Empty(Directory.GetFiles(Path.Combine(root, "artifacts"), "*", SearchOption.AllDirectories));
        Assert.Equal(
            ["bootstrap", "bootstrap.zip"], Directory.GetFiles(Path.Combine(root, "out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(zip), await File.ReadAllBytesAsync(Path.Combine(root, "out/bootstrap.zip")));
    }
}
#endif
