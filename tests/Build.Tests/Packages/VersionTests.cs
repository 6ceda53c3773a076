using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>The version of what is packed: one of its own each time, but for a release.</summary>
[Collection(nameof(PackedFeed))]
public sealed class VersionTests
{
    private static readonly string[] Packages = ["src/Runtime/Runtime.csproj", "templates/StreamingLambda.Templates.csproj"];

    private static readonly string Prefix = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    [Fact]
    public async Task Each_pack_has_a_version_that_all_packages_share_and_no_earlier_pack_had()
    {
        string first = await PackAsync();
        string second = await PackAsync();

        Assert.Matches($"^{Regex.Escape(Prefix)}-dev[.][0-9]{{17}}$", first);
        Assert.True(string.CompareOrdinal(first, second) < 0, $"{first} before {second}");
    }

    [Fact]
    public async Task A_release_has_the_plain_version_and_so_has_what_is_only_built()
    {
        Assert.Equal(Prefix, await VersionAsync(Packages[0], ci: "true", "-p:_IsPacking=true"));
        Assert.Equal(Prefix, await VersionAsync(Packages[0], ci: null));
    }

    [Fact]
    public async Task A_pack_takes_the_place_of_an_earlier_one_in_the_same_folder()
    {
        using TemporaryDirectory folder = new("packages");
        string[] files =
        [
            "StreamingLambda.Runtime.0.1.0-dev.1.nupkg", "StreamingLambda.Runtime.0.1.0-dev.1.snupkg",
            "StreamingLambda.Runtime.0.1.0.nupkg", "Another.0.1.0-dev.1.nupkg",
        ];
        foreach (string file in files)
            await File.WriteAllTextAsync(Path.Combine(folder.Path, file), "", TestContext.Current.CancellationToken);

        await PackAsync($"-p:PackageOutputPath={folder.Path}");

        Assert.Equal(
            ["Another.0.1.0-dev.1.nupkg", "StreamingLambda.Runtime.0.1.0.nupkg"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_package_alone_is_refused_because_the_others_would_not_fit()
    {
        await PackAsync();
        using TemporaryDirectory folder = new();

        CommandResult pack = await PackedFeed.DotnetAsync(
            Repository.Root, ci: null,
            ["pack", "src/Runtime", "--output", folder.Path, "--artifacts-path", folder.Path, "-p:RunAnalyzers=false"]);

        Assert.Equal(1, pack.ExitCode);
        Assert.Contains("Pack them all: 'dotnet pack -o artifacts/packages'", pack.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.nupkg"));
    }

    /// <summary>What 'dotnet pack' does first, and the version that all projects have then.</summary>
    private static async Task<string> PackAsync(params string[] options)
    {
        CommandResult noted = await PackedFeed.DotnetAsync(
            Repository.Root, ci: null, ["msbuild", "StreamingLambda.slnx", "-t:NoteTimeOfPacking", "-p:_IsPacking=true", .. options]);
        Assert.True(noted.ExitCode == 0, noted.Output);
        string[] versions = await Task.WhenAll(Packages.Select(project => VersionAsync(project, ci: null, "-p:_IsPacking=true")));
        return Assert.Single(versions.Distinct());
    }

    private static async Task<string> VersionAsync(string project, string? ci, params string[] options)
    {
        CommandResult result = await PackedFeed.DotnetAsync(Repository.Root, ci, ["msbuild", project, "-getProperty:Version", .. options]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return result.Output.Trim();
    }
}
