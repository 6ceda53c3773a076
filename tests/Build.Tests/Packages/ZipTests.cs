using System.IO.Compression;
using System.Runtime.InteropServices;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>What ./build.sh zips of a project from the template that has more than its code, and where it leaves it.</summary>
[Collection(nameof(PackedFeed))]
public sealed class ZipTests(PackedFeed feed, PicturesProject pictures) : IClassFixture<PicturesProject>
{
    private static readonly string[] Zipped = ["appsettings.json", "assets/größe 1/logo.png", "bootstrap", "notes.xml"];

    private static readonly string[] Unzipped = ["appsettings.json", "assets/größe 1/logo.png", "bootstrap", "bootstrap.zip", "notes.xml"];

    [Fact]
    public async Task It_holds_what_the_project_publishes_and_nothing_else_and_the_same_bytes_wherever_it_is_built()
    {
        RequiresTools();
        (string project, string output) = await pictures.BuildAsync();

        Assert.Matches(@"in the zip: \d+ bytes in 4 files\n  appsettings[.]json, 3 bytes\n  assets/größe 1/logo[.]png, 22 bytes\n", output);
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

        // Another directory, and other times of the files.
        string copy = Path.Combine(Directory.CreateDirectory(Path.Combine(feed.Projects, "elsewhere")).FullName, "pictures");
        Assert.Equal(0, (await Command.RunAsync("cp", ["-R", project, copy])).ExitCode);
        Directory.Delete(Path.Combine(copy, "artifacts"), recursive: true);
        string elsewhere = Path.Combine(copy, "out put");
        CommandResult build = await PicturesProject.RunBuildAsync(copy, "--local", "--output", elsewhere);
        Assert.True(build.ExitCode == 0, build.Error);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(local, "bootstrap.zip"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Path.Combine(elsewhere, "bootstrap.zip"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Built_for_the_other_processor_it_holds_the_same_files()
    {
        RequiresTools();
        Requires.Zig();
        string project = await pictures.NewAsync("crossed pictures", "--runtime", "provided.al2");
        string other = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "x64" : "arm64";

        CommandResult build = await PicturesProject.RunBuildAsync(project, "--cross", "--arch", other, "--output", "by script");

        Assert.True((0, "") == (build.ExitCode, build.Error), build.Output + build.Error);
        Assert.Contains("newest glibc version needed: 2.22 (provided.al2 has 2.26)", build.Output, StringComparison.Ordinal);
        using ZipArchive zip = Open(Path.Combine(project, "by script/bootstrap.zip"));
        Assert.Equal(Zipped, zip.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public async Task The_function_finds_its_files_in_a_build_in_a_publish_and_in_the_zip()
    {
        RequiresTools();
        (string project, _) = await pictures.BuildAsync();
        CommandResult tools = await PackedFeed.DotnetAsync(project, "tool", "restore");
        CommandResult managed = await PackedFeed.DotnetAsync(project, "build", "src/pictures");
        Assert.True((0, 0) == (tools.ExitCode, managed.ExitCode), managed.Output);

        foreach (string bootstrap in (string[])["artifacts/bin/pictures/debug", "artifacts/local", "artifacts/local/bootstrap.zip"])
        {
            await using InstalledEmulator emulator = await InstalledEmulator.StartAsync(project, "--auth", "NONE", "--bootstrap", bootstrap);
            CommandResult call = await Command.RunAsync("curl", ["--silent", "--include", emulator.Url]);
            Assert.True(call.Output.EndsWith(PicturesProject.Picture, StringComparison.Ordinal), $"{bootstrap}: {call.Output}");
            Assert.Contains("content-type: image/png", call.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>What build.sh itself refuses to zip is in ZippingTests.</summary>
    [Fact]
    public async Task What_would_take_the_executable_s_place_is_refused_and_says_so()
    {
        RequiresTools();
        string project = await pictures.NewAsync("refused");
        await File.WriteAllTextAsync(Path.Combine(project, "src/refused/bootstrap"), "", TestContext.Current.CancellationToken);

        CommandResult build = await PicturesProject.RunBuildAsync(project, "--local");

        Assert.Equal(1, build.ExitCode);
        Assert.Matches("error : '.*/bootstrap' would be published as 'bootstrap', which is the name of the function's own executable", build.Output);
        Assert.False(Directory.Exists(Path.Combine(project, "artifacts/local")));
    }

    private static void RequiresTools()
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        Requires.Compiler();
    }

    private static ZipArchive Open(string path) => ZipFile.OpenRead(path);

    private static IEnumerable<string> FilesIn(string directory) => Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(directory, file)).Order(StringComparer.Ordinal);
}
