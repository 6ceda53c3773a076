using System.Xml.Linq;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>A project of the template brings the packages that no feed has.</summary>
[Collection(nameof(PackedFeed))]
public sealed class WithoutFeedTests(PackedFeed feed)
{
    [Fact]
    public async Task A_clone_of_it_is_restored_and_built_where_nobody_knows_the_packages()
    {
        string project = await feed.NewAsync("committed");
        string clone = Path.Combine(feed.Projects, "a clone");
        string script = """
            set -e
            git init --quiet
            git -c user.name=a -c user.email=a@example.com -c core.autocrlf=false add --all
            git -c user.name=a -c user.email=a@example.com commit --quiet --message all
            git clone --quiet . "$1"
            """;
        CommandResult cloned = await Command.RunAsync("sh", ["-c", script, "sh", clone], project);
        Assert.True(cloned.ExitCode == 0, cloned.Error);
        Directory.Delete(project, recursive: true);
        feed.Forget();

        CommandResult build = await PackedFeed.DotnetAsync(clone, "build");
        CommandResult tools = await PackedFeed.DotnetAsync(clone, "tool", "restore");

        Assert.True(build.ExitCode == 0, build.Output);
        Assert.True(tools.ExitCode == 0, tools.Output + tools.Error);
    }

    [Fact]
    public async Task What_the_container_gets_of_it_is_restored_by_somebody_without_any_settings_of_NuGet()
    {
        string project = await feed.NewAsync("contained");
        using TemporaryDirectory container = new("source");
        string[] ignored = await File.ReadAllLinesAsync(Path.Combine(project, ".dockerignore"), TestContext.Current.CancellationToken);
        Assert.Contains("tests", ignored);
        CommandResult copied = await Command.RunAsync(
            "sh", ["-c", "cp -R . \"$1\" && cd \"$1\" && rm -rf tests artifacts", "sh", container.Path], project);
        Assert.True(copied.ExitCode == 0, copied.Error);
        feed.Forget();

        // Root's home in the container: NuGet makes its settings there anew. Only what comes from elsewhere stays unpacked.
        string home = Directory.CreateDirectory(Path.Combine(container.Path, "home")).FullName;
        CommandResult restore = await Command.RunAsync(
            "dotnet",
            ["restore", "src/contained"],
            container.Path,
            new Dictionary<string, string?> { ["HOME"] = home, ["DOTNET_CLI_HOME"] = home, ["NUGET_PACKAGES"] = PackedFeed.Unpacked },
            TimeSpan.FromMinutes(2));

        Assert.True(restore.ExitCode == 0, restore.Output + restore.Error);
    }

    [Fact]
    public async Task Its_tests_see_what_is_internal_and_can_run_it_in_the_emulator()
    {
        string project = await feed.NewAsync("tested");
        string command = CodeRegions.ShownBy("docs/emulator.md", "sh").Single(code => code.StartsWith("dotnet add ", StringComparison.Ordinal));
        CommandResult add = await PackedFeed.DotnetAsync(
            project, command.Trim().Replace("MyFunction", "tested", StringComparison.Ordinal).Split(' ')[1..]);
        Assert.True(add.ExitCode == 0, add.Output + add.Error);
        await AddPlaceOrderAsync(project);
        string shown = Shown("docs/emulator.md", "LocalLambda.StartAsync");
        Assert.Contains(shown, Repository.Read("src/Emulator.Testing/README.md"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Path.Combine(project, "tests/tested.Tests/LambdaTests.cs"),
            $$"""
            using StreamingLambda.Emulator.Testing;
            using StreamingLambda.Testing;

            namespace tested.Tests;

            public sealed class LambdaTests
            {
                [Fact]
                public async Task It_streams_to_whoever_calls_its_URL()
                {
            {{shown}}
                }

                [Fact]
                public async Task It_takes_an_order()
                {
            {{Shown("docs/testing.md", "JsonTestHost")}}
                    Assert.Equal(201, response.StatusCode);
                }
            }
            """,
            TestContext.Current.CancellationToken);

        CommandResult tests = await PackedFeed.DotnetAsync(project, "test", "tests/tested.Tests");

        Assert.True(tests.ExitCode == 0, tests.Output);
        Assert.Contains("Passed:     4", tests.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_a_feed_the_project_names_it_and_has_no_packages()
    {
        string project = await feed.NewAsync("fed", "--feed", feed.Feed);

        XElement source = XDocument.Load(Path.Combine(project, "nuget.config")).Descendants("add").Single();
        Assert.Equal(feed.Feed, (string?)source.Attribute("value"));
        Assert.False(Directory.Exists(Path.Combine(project, "packages")));
        feed.Forget();
        CommandResult restore = await PackedFeed.DotnetAsync(project, "restore");
        Assert.True(restore.ExitCode == 0, restore.Output);
    }

    [Fact]
    public async Task Where_the_packages_are_missing_the_message_names_the_folder_or_the_file_that_says_what_to_do()
    {
        string project = await feed.NewAsync("robbed");
        string packages = Path.Combine(project, "packages");
        Directory.Delete(packages, recursive: true);
        feed.Forget();

        CommandResult withoutFolder = await PackedFeed.DotnetAsync(project, "restore");
        Directory.CreateDirectory(packages);
        CommandResult withoutPackage = await PackedFeed.DotnetAsync(project, "build");

        Assert.Equal((1, 1), (withoutFolder.ExitCode, withoutPackage.ExitCode));
        Assert.Contains($"error NU1301: The local source '{packages}' doesn't exist.", withoutFolder.Output, StringComparison.Ordinal);
        string message = withoutPackage.Output.Split('\n').First(line => line.Contains("Unable to find", StringComparison.Ordinal));
        Assert.Matches("Unable to find package StreamingLambda[.][A-Za-z]+[.] ", message);
        Assert.Matches("in source[(]s[)]: .*StreamingLambda [(]see nuget[.]config[)]", message);
        string settings = await File.ReadAllTextAsync(Path.Combine(project, "nuget.config"), TestContext.Current.CancellationToken);
        Assert.Contains("Commit the folder 'packages'", settings, StringComparison.Ordinal);
    }

    /// <summary>The handler of docs/handlers.md that takes JSON of a type of its own, with that type, none of which is public.</summary>
    private static async Task AddPlaceOrderAsync(string project)
    {
        await File.WriteAllTextAsync(
            Path.Combine(project, "src/tested/PlaceOrder.cs"),
            $"""
            using System.Text.Json.Serialization;
            using StreamingLambda.Formats;
            using StreamingLambda.Runtime;

            namespace tested;

            {Shown("docs/handlers.md", "record Order(")}

            {Shown("docs/handlers.md", "class PlaceOrder ")}
            """);
        string table = Path.Combine(project, "src/tested/HandlerTable.cs");
        const string Hello = "        [nameof(Hello)]";
        string text = await File.ReadAllTextAsync(table);
        Assert.Contains(Hello, text, StringComparison.Ordinal);
        text = text.Replace(Hello, $"{Shown("docs/handlers.md", "[nameof(PlaceOrder)]")}\n{Hello}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(table, $"using StreamingLambda.Formats;\n{text}");
    }

    private static string Shown(string page, string part) =>
        CodeRegions.ShownBy(page).First(code => code.Contains(part, StringComparison.Ordinal));
}
