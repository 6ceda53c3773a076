#if !NET10_0_OR_GREATER // What this builds does not depend on the framework of the tests, and it takes half a minute: once is enough.
namespace StreamingLambda.Build.Tests;

public sealed class LocalBuildTests
{
    [Fact]
    public async Task Two_builds_of_the_same_commit_in_different_directories_give_the_same_zip()
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        Requires.Compiler();

        byte[][] zips = await Task.WhenAll(BuildAsync(), BuildAsync());

        Assert.Equal(zips[0], zips[1]);
    }

    private static async Task<byte[]> BuildAsync()
    {
        using TemporaryDirectory checkout = new();
        string root = checkout.Add(
            "build.sh", "scripts", "src", ".editorconfig", "BannedSymbols.txt", "NativeAot.props", "global.json",
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props");

        CommandResult result = await Command.RunAsync(Path.Combine(root, "build.sh"), ["--local"], timeout: TimeSpan.FromMinutes(5));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] left = Directory.GetFiles(Path.Combine(root, "artifacts"), "*", SearchOption.AllDirectories);
        Assert.Equal(["bootstrap", "bootstrap.zip"], left.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        return await File.ReadAllBytesAsync(Path.Combine(root, "artifacts/local/bootstrap.zip"));
    }
}
#endif
