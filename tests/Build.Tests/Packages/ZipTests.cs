using System.IO.Compression;
using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>What ./build.sh zips of a project from the template that has more than its code, and where it leaves it.</summary>
[Collection(nameof(PackedFeed))]
public sealed class ZipTests(PackedFeed feed)
{
    private const string Picture = "the bytes of a picture";

    /// <summary>docs/formats.md, Text, files and streams: a file that was published with the function.</summary>
    private const string Handler = """
        using StreamingLambda.Formats;
        using StreamingLambda.Runtime;

        namespace pictures;

        public sealed class Hello : IStreamingLambdaHandler
        {
            public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
            {
                string path = Path.Combine(AppContext.BaseDirectory, "assets", "größe 1", "logo.png");
                await response.SendFileAsync(path, new(200, ("Content-Type", "image/png")), cancellationToken);
            }
        }
        """;

    private static readonly string[] Zipped = ["appsettings.json", "assets/größe 1/logo.png", "bootstrap", "notes.xml"];

    private static readonly string[] Unzipped = ["appsettings.json", "assets/größe 1/logo.png", "bootstrap", "bootstrap.zip", "notes.xml"];

    [Fact]
    public async Task It_holds_what_the_project_publishes_and_nothing_else_and_the_same_bytes_wherever_it_is_built()
    {
        RequiresTools();
        string project = await NewAsync("pictures");
        string copy = Path.Combine(Directory.CreateDirectory(Path.Combine(feed.Projects, "elsewhere")).FullName, "pictures");
        Assert.Equal(0, (await Command.RunAsync("cp", ["-R", project, copy])).ExitCode);

        CommandResult build = await BuildAsync(project, "--local");
        Assert.True((0, "") == (build.ExitCode, build.Error), build.Output + build.Error);
        Assert.Matches(@"in the zip: \d+ bytes in 4 files\n  appsettings[.]json, 3 bytes\n  assets/größe 1/logo[.]png, 22 bytes\n", build.Output);
        string local = Path.Combine(project, "artifacts/local");
        using (ZipArchive zip = Open(Path.Combine(local, "bootstrap.zip")))
        {
            Assert.Equal(Zipped, zip.Entries.Select(entry => entry.FullName));
            Assert.Equal(
                ["100644", "100644", "100755", "100644"],
                zip.Entries.Select(entry => Convert.ToString((uint)entry.ExternalAttributes >> 16, 8)));
            Assert.All(zip.Entries, entry => Assert.Equal(1980, entry.LastWriteTime.Year));
        }
        Assert.Equal(Unzipped, FilesIn(local));

        // Another directory, other times of the files, and one that an earlier build has left there.
        string output = Path.Combine(copy, "out put");
        CommandResult first = await BuildAsync(copy, "--local", "--output", output);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(local, "bootstrap.zip"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Path.Combine(output, "bootstrap.zip"), TestContext.Current.CancellationToken));
        File.Delete(Path.Combine(copy, "src/pictures/notes.xml"));
        await File.WriteAllTextAsync(Path.Combine(output, "the user's own"), "", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await BuildAsync(copy, "--local", "--output", output)).ExitCode);
        Assert.Equal(["appsettings.json", "assets/größe 1/logo.png", "bootstrap", "bootstrap.zip", "the user's own"], FilesIn(output));
    }

    [Fact]
    public async Task Built_for_the_other_processor_it_holds_the_same_files()
    {
        RequiresTools();
        Requires.Zig();
        string project = await NewAsync("pictures-crossed");

        CommandResult build = await BuildAsync(project, "--cross");

        Assert.True(build.ExitCode == 0, build.Output + build.Error);
        using ZipArchive zip = Open(Path.Combine(project, "artifacts/bootstrap.zip"));
        Assert.Equal(Zipped, zip.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public async Task The_function_finds_its_files_in_a_build_in_a_publish_and_in_the_zip()
    {
        RequiresTools();
        string project = await NewAsync("pictures-served");
        CommandResult tools = await PackedFeed.DotnetAsync(project, "tool", "restore");
        CommandResult managed = await PackedFeed.DotnetAsync(project, "build", "src/pictures-served");
        CommandResult native = await BuildAsync(project, "--local", "--output", "native");
        Assert.True((0, 0, 0) == (tools.ExitCode, managed.ExitCode, native.ExitCode), managed.Output + native.Output + native.Error);

        foreach (string bootstrap in (string[])["artifacts/bin/pictures-served/debug", "native", "native/bootstrap.zip"])
        {
            await using InstalledEmulator emulator = await InstalledEmulator.StartAsync(project, "--auth", "NONE", "--bootstrap", bootstrap);
            CommandResult call = await Command.RunAsync("curl", ["--silent", "--include", emulator.Url]);
            Assert.True(call.Output.EndsWith(Picture, StringComparison.Ordinal), $"{bootstrap}: {call.Output}");
            Assert.Contains("content-type: image/png", call.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task What_would_take_the_executable_s_place_or_is_too_large_is_refused_and_says_so()
    {
        RequiresTools();
        string project = await NewAsync("refused");
        string source = Path.Combine(project, "src/refused");

        CommandResult tooLarge = await BuildAsync(
            project, new Dictionary<string, string?> { ["MOST_UNPACKED_BYTES"] = "100000" }, "--local");
        Assert.Equal(1, tooLarge.ExitCode);
        Assert.Matches(@"^The function has \d+ bytes; Lambda takes 100000 .*unpacked[.] The largest files:\n *\d+ [.]/bootstrap\n", tooLarge.Error);
        CommandResult large = await BuildAsync(project, new Dictionary<string, string?> { ["MOST_UPLOADED_BYTES"] = "100000" }, "--local");
        Assert.Equal(0, large.ExitCode);
        Assert.Contains("NOTE: Lambda takes a zip of more than 100000 bytes (50 MB) from S3 only.", large.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(source, "libc.so.6"), "", TestContext.Current.CancellationToken);
        CommandResult library = await BuildAsync(project, "--local");
        Assert.Equal(1, library.ExitCode);
        Assert.Contains("libc.so.6 is a part of the C library.", library.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(source, "bootstrap"), "", TestContext.Current.CancellationToken);
        CommandResult second = await BuildAsync(project, "--local");
        Assert.Equal(1, second.ExitCode);
        Assert.Matches("error : '.*/bootstrap' would be published as 'bootstrap', which is the name of the function's own executable", second.Output);
        // What was built before is still there.
        Assert.Equal(Unzipped, FilesIn(Path.Combine(project, "artifacts/local")));
    }

    private static void RequiresTools()
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        Requires.Compiler();
    }

    private async Task<string> NewAsync(string name)
    {
        string project = await feed.NewAsync(name);
        string source = Path.Combine(project, "src", name);
        string folder = Directory.CreateDirectory(Path.Combine(source, "assets/größe 1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "logo.png"), Picture, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(source, "appsettings.json"), "{}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(source, "notes.xml"), "<notes/>", TestContext.Current.CancellationToken);
        string handler = Handler.Replace("namespace pictures", $"namespace {name.Replace('-', '_')}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(source, "Hello.cs"), handler, TestContext.Current.CancellationToken);
        string file = Path.Combine(source, $"{name}.csproj");
        string content = """
              <PropertyGroup>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <NoWarn>$(NoWarn);CS1591</NoWarn>
              </PropertyGroup>

              <ItemGroup>
                <Content Include="assets/**;*.json;*.xml;lib*;boot*" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
            </Project>
            """;
        await File.WriteAllTextAsync(
            file, Regex.Replace(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), "</Project>\\s*$", content),
            TestContext.Current.CancellationToken);
        return project;
    }

    private static ZipArchive Open(string path) => ZipFile.OpenRead(path);

    private static Task<CommandResult> BuildAsync(string project, params string[] options) =>
        BuildAsync(project, new Dictionary<string, string?>(), options);

    private static Task<CommandResult> BuildAsync(string project, Dictionary<string, string?> environment, params string[] options) =>
        Command.RunAsync(Path.Combine(project, "build.sh"), options, project, environment, TimeSpan.FromMinutes(4));

    private static IEnumerable<string> FilesIn(string directory) => Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(directory, file)).Order(StringComparer.Ordinal);
}
