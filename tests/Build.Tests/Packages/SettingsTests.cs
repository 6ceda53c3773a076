using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>The two files of src/Runtime/README.md: a function that is made by hand, from the package alone.</summary>
[Collection(nameof(PackedFeed))]
public sealed class SettingsTests(PackedFeed feed)
{
    private static readonly string Readme = Repository.Read("src/Runtime/README.md");

    [Fact]
    public async Task The_readme_s_project_compiles()
    {
        string project = await WriteProjectAsync("compiled");

        CommandResult build = await PackedFeed.DotnetAsync(Path.GetDirectoryName(project)!, "build");

        Assert.True(build.ExitCode == 0, build.Output);
    }

    [Theory]
    [InlineData("net9.0")]
    [InlineData("net10.0")]
    public async Task It_is_published_with_the_settings_of_this_repository_s_own_functions(string framework)
    {
        string project = await WriteProjectAsync($"evaluated for {framework}");

        // Both as they are before a restore; with its own place for artifacts ours is too.
        string ours = await EvaluateAsync(
            Repository.PathOf("src/Bootstrap/Bootstrap.csproj"),
            $"-p:LambdaFramework={framework}",
            $"-p:ArtifactsPath={Path.Combine(feed.Home, "nothing")}");
        string theirs = await EvaluateAsync(project, $"-p:TargetFramework={framework}");

        Assert.Equal(ours, theirs);
        Assert.Contains("PublishAot = true", theirs, StringComparison.Ordinal);
        Assert.Contains("GCgen0size", theirs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("src/Runtime/README.md")]
    [InlineData("docs/packages.md")]
    public void A_page_that_names_a_version_names_the_one_that_is_packed_next(string page)
    {
        string next = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;
        MatchCollection named = Regex.Matches(Repository.Read(page), "\"StreamingLambda[.][A-Za-z]+\" Version=\"([^\"]*)\"");

        Assert.NotEmpty(named);
        Assert.All(named, match => Assert.Equal(next, match.Groups[1].Value));
    }

    private async Task<string> WriteProjectAsync(string name)
    {
        string directory = Directory.CreateDirectory(Path.Combine(feed.Home, name)).FullName;
        string project = Path.Combine(directory, "ByHand.csproj");
        await File.WriteAllTextAsync(project, Regex.Replace(Block("xml"), "(?<=StreamingLambda.Runtime\" Version=\")[^\"]*", feed.Version));
        await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), Block("csharp"));
        return project;
    }

    private static string Block(string language) => Regex.Match(Readme, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    /// <summary>What the AOT compiler would be given, a line each.</summary>
    private static async Task<string> EvaluateAsync(string project, params string[] options)
    {
        XDocument settings = XDocument.Load(Repository.PathOf("NativeAot.props"));
        string[] properties = [.. settings.Descendants("PropertyGroup").Elements().Select(element => element.Name.LocalName).Distinct()];
        string[] items =
        [
            .. settings.Descendants("ItemGroup").Elements()
                .Select(element => element.Name.LocalName)
                .Append("RuntimeHostConfigurationOption")
                .Distinct(),
        ];
        CommandResult result = await PackedFeed.DotnetAsync(
            Path.GetDirectoryName(project)!,
            [
                "msbuild", project, .. options, "-p:_IsPublishing=true", "-p:Configuration=Release", "-p:RuntimeIdentifier=linux-x64",
                $"-getProperty:{string.Join(',', properties)}", $"-getItem:{string.Join(',', items)},KnownILCompilerPack",
            ]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);

        JsonNode evaluation = JsonNode.Parse(result.Output)!;
        IEnumerable<string> lines = evaluation["Properties"]!.AsObject().Select(property => $"{property.Key} = {property.Value}");
        lines = lines.Concat(items.SelectMany(item =>
            evaluation["Items"]![item]!.AsArray().Select(one => $"{item} {one!["Identity"]} = {one["Value"]}")));
        lines = lines.Concat(evaluation["Items"]!["KnownILCompilerPack"]!.AsArray()
            .Select(pack => $"compiler for {pack!["TargetFramework"]} = {pack["ILCompilerPackVersion"]}"));
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
