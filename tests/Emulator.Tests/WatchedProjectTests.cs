using StreamingLambda.Emulator.Building;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Which project '--watch' builds, and which files it looks at.</summary>
public sealed class WatchedProjectTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => _directory.Path;

    [Fact]
    public void The_project_that_makes_a_bootstrap_is_found_and_copies_of_it_are_not()
    {
        string project = Add("src/Function/Function.csproj", "<AssemblyName>bootstrap</AssemblyName>");
        Add("tests/Function.Tests/Function.Tests.csproj", """<ProjectReference Include="../../src/Function/Function.csproj" />""");
        Add("artifacts/copy/Function.csproj", "<AssemblyName>bootstrap</AssemblyName>");
        Add(".backup/Function.csproj", "<AssemblyName>bootstrap</AssemblyName>");

        Assert.Equal(new WatchedProject(project, Root), WatchedProject.Find(Root, null));
    }

    [Fact]
    public void One_of_several_has_to_be_named()
    {
        string first = Add("a/A.csproj", "<AssemblyName>bootstrap</AssemblyName>");
        Add("b/B.csproj", "<AssemblyName>bootstrap</AssemblyName>");

        Assert.EndsWith(
            "Name the one to build with --project PATH: a/A.csproj, b/B.csproj.",
            Assert.Throws<ConfigurationException>(() => WatchedProject.Find(Root, null)).Message,
            StringComparison.Ordinal);
        Assert.Equal(first, WatchedProject.Find(Root, first).Path);
        Assert.Equal(first, WatchedProject.Find(Root, Path.GetDirectoryName(first)).Path);
    }

    [Fact]
    public void Where_there_is_none_it_says_what_it_looked_for()
    {
        Add("a/A.csproj", "<AssemblyName>another</AssemblyName>");
        Add("b/B.csproj", "no project");

        Assert.Contains(
            "says <AssemblyName>bootstrap</AssemblyName>",
            Assert.Throws<ConfigurationException>(() => WatchedProject.Find(Root, null)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "--project nowhere: there is no such project.",
            Assert.Throws<ConfigurationException>(() => WatchedProject.Find(Root, "nowhere")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Its_folders_are_its_own_and_those_of_the_projects_that_it_refers_to()
    {
        Add("src/Function/Function.csproj", """<AssemblyName>bootstrap</AssemblyName><ProjectReference Include="..\Core\Core.csproj" />""");
        Add(
            "src/Core/Core.csproj",
            """<ProjectReference Include="../Base/Base.csproj" /><ProjectReference Include="../Function/Function.csproj" />""");
        Add("src/Base/Base.csproj", """<ProjectReference Include="$(Somewhere)/Else.csproj" />""");
        Add("src/Other/Other.csproj", "");

        Assert.Equal(
            ["src/Base", "src/Core", "src/Function"],
            WatchedProject.Find(Root, null).ReadFolders().Select(folder => Path.GetRelativePath(Root, folder)));
    }

    [Theory]
    [InlineData("Hello.cs", true)]
    [InlineData("assets/logo.png", true)]
    [InlineData("obj/Function.g.cs", false)]
    [InlineData("bin/debug/bootstrap", false)]
    [InlineData("artifacts/obj/x.cs", false)]
    [InlineData(".git/index", false)]
    [InlineData(".Hello.cs.swp", false)]
    [InlineData("Hello.cs~", false)]
    [InlineData("#Hello.cs#", false)]
    [InlineData("4913", false)]
    public void What_a_build_or_an_editor_leaves_is_no_source(string file, bool isSource) =>
        Assert.Equal(isSource, WatchedProject.IsSource(Root, Path.Combine(Root, file)));

    [Fact]
    public void A_link_to_a_folder_above_leads_nowhere()
    {
        string project = Add("src/Function/Function.csproj", "<AssemblyName>bootstrap</AssemblyName>");
        string newest = Add("src/Function/inner/Hello.cs", "");
        File.SetLastWriteTimeUtc(newest, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        Directory.CreateSymbolicLink(Path.Combine(Root, "src/Function/again"), Path.Combine(Root, "src/Function"));

        Assert.Equal(newest, SourceFiles.FindNewest(new WatchedProject(project, Root)).Path);
    }

    [Fact]
    public async Task Nobody_waits_for_a_build_after_the_last_one()
    {
        string project = Add("Function.csproj", "");
        var said = new List<string>();
        // What fails here is not the build.
        var console = new EmulatorConsole(entry =>
        {
            said.Add(entry.Line);
            if (entry.Line.Contains("The build failed", StringComparison.Ordinal))
                throw new FormatException("not foreseen");
        });
        await using var build = WatchedBuild.Start(new WatchedProject(project, Root), console, TimeProvider.System);
        await build.SettledAsync(Token);
        Assert.Contains("Nothing is built any more: System.FormatException: not foreseen", said[^1], StringComparison.Ordinal);

        File.SetLastWriteTimeUtc(project, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));

        await build.SettledAsync(Token).WaitAsync(TestEmulator.Patience, Token);
    }

    public void Dispose() => _directory.Dispose();

    private string Add(string file, string content)
    {
        string path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content == "no project" ? content : $"<Project>{content}</Project>");
        return path;
    }
}
