using System.IO.Compression;

namespace StreamingLambda.Build.Tests;

/// <summary>
/// What build.sh makes of the files that a publish leaves, and where it puts them. A stand-in for the .NET SDK publishes what is in a directory;
/// 'bootstrap' is a C program. Packages/ZipTests.cs has the same with real functions.
/// </summary>
public sealed class ZippingTests : IDisposable
{
    private readonly TemporaryDirectory _checkout = new();

    public ZippingTests() => Requires.Programs("zip", "unzip", "readelf", "objcopy");

    private string Published => Path.Combine(_checkout.Path, "published");

    private string Output => Path.Combine(_checkout.Path, "out put");

    public void Dispose() => _checkout.Dispose();

    [Fact]
    public async Task A_program_a_library_and_a_script_keep_the_right_to_run_and_nothing_else_has_it()
    {
        await PrepareAsync();
        // Without the C library: this machine's may be newer than the runtime's.
        await CompileAsync("helper", "void _start(void) { }", "-nostdlib", "-static");
        await CompileAsync("libmine.so", "int mine(void) { return 1; }", "-nostdlib", "-shared");
        Publish("run.py", "#!/usr/bin/python3\n");
        Publish("empty", "");
        Publish("sharp.txt", "# not a script\n");
        File.SetUnixFileMode(Path.Combine(Published, "helper"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.Combine(Published, "sharp.txt"), (UnixFileMode)0b111_111_111);

        CommandResult build = await BuildAsync();

        Assert.Equal((0, ""), (build.ExitCode, build.Error));
        using ZipArchive zip = Open(Path.Combine(Output, "bootstrap.zip"));
        Assert.Equal(
            ["bootstrap 100755", "empty 100644", "helper 100755", "libmine.so 100755", "run.py 100755", "sharp.txt 100644"],
            zip.Entries.Select(entry => $"{entry.FullName} {Convert.ToString((uint)entry.ExternalAttributes >> 16, 8)}"));
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("back\\slash")]
    public async Task A_name_that_a_zip_cannot_hold_is_shown_alone(string name)
    {
        await PrepareAsync();
        Publish("fine.txt", "");
        Publish(name, "");

        CommandResult build = await BuildAsync();

        Assert.Equal(1, build.ExitCode);
        Assert.Equal($"A file to be zipped has a line break or a backslash in its name. Rename it:\n./{name}\n", build.Error);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task Blanks_around_a_name_belong_to_it()
    {
        await PrepareAsync();
        Publish(" a file ", "the first");
        Assert.Equal((0, ""), Outcome(await BuildAsync()));
        Publish(" a file ", "the second");

        CommandResult again = await BuildAsync();

        Assert.Equal((0, ""), Outcome(again));
        Assert.Contains("\n   a file , 10 bytes\n", again.Output, StringComparison.Ordinal);
        Assert.Equal("the second", await File.ReadAllTextAsync(Path.Combine(Output, " a file "), TestContext.Current.CancellationToken));
        File.Delete(Path.Combine(Published, " a file "));
        Assert.Equal((0, ""), Outcome(await BuildAsync()));
        Assert.Equal(["bootstrap", "bootstrap.zip"], Left());
    }

    [Fact]
    public async Task What_was_a_file_may_become_a_directory_and_the_other_way_round_and_no_empty_directory_stays()
    {
        await PrepareAsync();
        Publish("data", "a file");
        Publish("assets/large/a", "");
        Publish("old/b", "");
        Assert.Equal((0, ""), Outcome(await BuildAsync()));
        foreach (string file in (string[])["data", "assets/large/a", "old/b"])
            File.Delete(Path.Combine(Published, file));
        Directory.Delete(Path.Combine(Published, "assets"), recursive: true);
        Publish("data/one", "in a directory");
        Publish("assets", "a file now");

        CommandResult build = await BuildAsync();

        Assert.Equal((0, ""), Outcome(build));
        Assert.Equal(["assets", "bootstrap", "bootstrap.zip", "data", "data/one"], Left());
    }

    [Fact]
    public async Task A_file_that_the_function_has_no_longer_goes_and_the_user_s_own_stays()
    {
        await PrepareAsync();
        Publish("notes.xml", "<notes/>");
        Assert.Equal((0, ""), Outcome(await BuildAsync()));
        File.Delete(Path.Combine(Published, "notes.xml"));
        await File.WriteAllTextAsync(Path.Combine(Output, "the user's own"), "", TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), Outcome(await BuildAsync()));

        Assert.Equal(["bootstrap", "bootstrap.zip", "the user's own"], Left());
    }

    [Fact]
    public async Task More_than_Lambda_takes_is_refused_with_the_largest_files_and_what_was_built_before_stays()
    {
        await PrepareAsync();
        Publish("notes.txt", "the first");
        Assert.Equal((0, ""), Outcome(await BuildAsync()));
        Publish("notes.txt", "the second");

        CommandResult build = await BuildAsync(("MOST_UNPACKED_BYTES", "1000"));

        Assert.Equal(1, build.ExitCode);
        Assert.Matches(@"^The function has \d+ bytes; Lambda takes 1000 .*unpacked[.] The largest files:\n *\d+ [.]/bootstrap\n", build.Error);
        Assert.Equal("the first", await File.ReadAllTextAsync(Path.Combine(Output, "notes.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_zip_that_Lambda_takes_from_S3_alone_is_built_and_says_so()
    {
        await PrepareAsync();

        CommandResult build = await BuildAsync(("MOST_UPLOADED_BYTES", "1000"));

        Assert.Equal((0, ""), Outcome(build));
        Assert.Contains("NOTE: Lambda takes a zip of more than 1000 bytes (50 MB) from S3 only.", build.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libc.so.6")]
    [InlineData("lib/libm.so.6")]
    public async Task A_part_of_the_C_library_is_refused_because_the_system_s_own_is_found_first(string library)
    {
        await PrepareAsync();
        Publish(library, "");

        CommandResult build = await BuildAsync();

        Assert.Equal(1, build.ExitCode);
        Assert.Contains($"{library} is a part of the C library.", build.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("notes.txt", "notes.txt")]
    [InlineData("notes.txt/mine", "notes.txt/mine")]
    [InlineData("notes.txt/", "notes.txt/")]
    [InlineData("assets", "assets")]
    [InlineData("bootstrap/mine", "bootstrap/mine")]
    [InlineData("bootstrap.zip/mine", "bootstrap.zip/mine")]
    public async Task What_no_build_left_there_stays_and_nothing_is_put_beside_it(string mine, string named)
    {
        await PrepareAsync();
        Publish("notes.txt", "the function's");
        Publish("assets/logo.png", "");
        string path = Path.Combine(Output, mine);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!Directory.Exists(path))
            await File.WriteAllTextAsync(path, "mine", TestContext.Current.CancellationToken);
        string[] before = [.. Left()];

        CommandResult build = await BuildAsync();

        Assert.Equal(1, build.ExitCode);
        Assert.Contains($"{Output} has a file or directory '{named}' that no build left there", build.Error, StringComparison.Ordinal);
        Assert.Equal(before, Left());
    }

    [Fact]
    public async Task Without_unzip_the_files_of_an_earlier_build_are_not_taken_for_somebody_else_s()
    {
        string root = _checkout.Add("build.sh", "scripts", "src/Bootstrap/Bootstrap.csproj");
        string path = _checkout.PathWithout("docker", "unzip");
        _checkout.AddProgram("docker", "exit 0");
        Directory.CreateDirectory(Output);
        await File.WriteAllTextAsync(Path.Combine(Output, "bootstrap.zip"), "", TestContext.Current.CancellationToken);

        CommandResult build = await Command.RunAsync(
            Path.Combine(root, "build.sh"), ["--output", Output], environment: new Dictionary<string, string?> { ["PATH"] = path });

        Assert.Equal(1, build.ExitCode);
        Assert.StartsWith("build.sh: 'unzip' is not in PATH; it tells which files in ", build.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Building", build.Output, StringComparison.Ordinal);
    }

    private static ZipArchive Open(string path) => ZipFile.OpenRead(path);

    private static (int ExitCode, string Error) Outcome(CommandResult result) => (result.ExitCode, result.Error);

    /// <summary>A checkout whose SDK publishes what is in <see cref="Published"/>: an executable, to begin with.</summary>
    private async Task PrepareAsync()
    {
        _checkout.Add("build.sh", "scripts", "src/Bootstrap/Bootstrap.csproj");
        _checkout.PathWithout("dotnet");
        _checkout.AddProgram("dotnet", $"""
            while [ $# -gt 0 ]; do [ "$1" != --output ] || out=$2; shift; done
            mkdir -p "$out"
            cp -R '{Published}/.' "$out"
            """);
        await CompileAsync("bootstrap", "int main(void) { return 0; }");
    }

    private async Task CompileAsync(string name, string code, params string[] options)
    {
        string source = Path.Combine(_checkout.Path, $"{name}.c");
        await File.WriteAllTextAsync(source, code, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Published);
        CommandResult compiled = await Command.RunAsync(Requires.Compiler(), [.. options, "-o", Path.Combine(Published, name), source]);
        Assert.Equal((0, ""), Outcome(compiled));
    }

    private void Publish(string name, string text)
    {
        string file = Path.Combine(Published, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private Task<CommandResult> BuildAsync(params (string Name, string Value)[] variables)
    {
        Dictionary<string, string?> environment = new() { ["PATH"] = Path.Combine(_checkout.Path, "path"), ["ILCompilerVersion"] = null };
        foreach ((string name, string value) in variables)
            environment[name] = value;
        return Command.RunAsync(Path.Combine(_checkout.Path, "build.sh"), ["--local", "--output", Output], environment: environment);
    }

    /// <summary>The files in the output, and its directories.</summary>
    private IEnumerable<string> Left() => Directory.GetFileSystemEntries(Output, "*", SearchOption.AllDirectories)
        .Select(entry => Path.GetRelativePath(Output, entry)).Order(StringComparer.Ordinal);
}
