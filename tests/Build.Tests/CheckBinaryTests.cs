namespace StreamingLambda.Build.Tests;

/// <summary>Feeds scripts/check-binary.sh good and bad binaries, made here with the C compiler, and good and bad zips.</summary>
public sealed class CheckBinaryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public CheckBinaryTests() => Requires.Programs("readelf", "unzip", "zip");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_local_build_passes_and_its_newer_symbols_are_traced_back_one_by_one()
    {
        CommandResult result = await CheckAsync(
            ["--linked-here", "--zip", Requires.LocalArtifact("bootstrap.zip")], Requires.LocalArtifact("bootstrap"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains($"architecture: {ThisMachine}", result.Output, StringComparison.Ordinal);
        Assert.Contains("newest glibc version needed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_symbol_newer_than_the_runtimes_glibc_fails_and_is_named()
    {
        string binary = await LinkAgainstAsync("libdl.so.2", "GLIBC_2.99");

        CommandResult result = await CheckAsync([], binary);

        AssertRefused(result, "it needs from_elsewhere of glibc 2.99; provided.al2 has glibc 2.26");
    }

    [Fact]
    public async Task A_symbol_that_the_runtimes_glibc_never_had_fails_also_where_the_binary_was_linked_here()
    {
        string binary = await LinkAgainstAsync("libdl.so.2", "GLIBC_2.99");

        CommandResult result = await CheckAsync(["--linked-here"], binary);

        AssertRefused(result, "it needs from_elsewhere of glibc 2.99");
        Assert.DoesNotContain("__libc_start_main", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GLIBC_2.26", true)]
    [InlineData("GLIBC_2.9", true)]
    [InlineData("GLIBC_2.27", false)]
    [InlineData("GLIBC_2.26.1", false)]
    [InlineData("GLIBC_3.0", false)]
    public async Task Versions_are_compared_as_numbers(string version, bool accepted)
    {
        string binary = await LinkAgainstAsync("libdl.so.2", version);

        CommandResult result = await CheckAsync(["--linked-here"], binary);

        Assert.Equal(accepted ? 0 : 1, result.ExitCode);
    }

    [Theory]
    [InlineData("GLIBC_PRIVATE")]
    [InlineData("GLIBC_ABI_DT_RELR")]
    public async Task A_version_name_that_is_no_glibc_release_fails(string version)
    {
        string binary = await LinkAgainstAsync("libdl.so.2", version);

        AssertRefused(await CheckAsync(["--linked-here"], binary), $"the symbol version '{version}'");
    }

    [Fact]
    public async Task A_library_that_the_platform_does_not_promise_fails()
    {
        string binary = await LinkAgainstAsync("libextra.so.1", "EXTRA_1");

        AssertRefused(await CheckAsync(["--linked-here"], binary), "it needs the library 'libextra.so.1'");
    }

    [Theory]
    [InlineData("GLIBC_2.17", null)]
    [InlineData("GLIBC_2.99", "it needs from_elsewhere of glibc 2.99; provided.al2 has glibc 2.26")]
    public async Task A_library_that_comes_with_the_function_is_held_to_the_runtimes_glibc_and_to_nothing_else(string version, string? problem)
    {
        await LinkAgainstAsync("libdl.so.2", version);
        string library = await CompileAsync(
            "library", "void from_elsewhere(void); void run(void) { from_elsewhere(); }", "-shared", "-fPIC", "-nostdlib",
            Path.Combine(_directory.Path, "libmade.so"));

        CommandResult result = await CheckAsync(["--library"], library);

        if (problem is null)
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
        else
            AssertRefused(result, problem);
    }

    [Fact]
    public async Task Another_dynamic_linker_fails()
    {
        string binary = await CompileAsync("musl", "int main(void) { return 0; }", "-Wl,--dynamic-linker=/lib/ld-musl.so.1");

        AssertRefused(await CheckAsync(["--linked-here"], binary), "its dynamic linker is '/lib/ld-musl.so.1'");
    }

    [Fact]
    public async Task A_static_binary_has_no_dynamic_linker_and_fails()
    {
        string binary = await CompileAsync("static", "void _start(void) { for (;;) { } }", "-nostdlib", "-static");

        AssertRefused(await CheckAsync([], binary), "its dynamic linker is 'none'");
    }

    [Fact]
    public async Task A_binary_for_another_processor_fails()
    {
        string binary = await CompileAsync("plain", "int main(void) { return 0; }");
        string other = ThisMachine == "x64" ? "arm64" : "x64";

        CommandResult result = await Command.RunAsync(
            Repository.PathOf("scripts/check-binary.sh"), ["--arch", other, "--runtime", "provided.al2", binary]);

        AssertRefused(result, $"({other})");
    }

    [Fact]
    public async Task A_file_that_is_no_executable_fails()
    {
        string file = Path.Combine(_directory.Path, "text");
        await File.WriteAllTextAsync(file, "#!/bin/sh\n", TestContext.Current.CancellationToken);

        AssertRefused(await CheckAsync([], file), "is not an ELF file");
    }

    [Theory]
    [InlineData("zip -q FILE bootstrap", null)]
    [InlineData("mkdir -p a/lib; touch more 'a/my bootstrap' a/lib/x.so; chmod 644 more a/*boot*; chmod 755 a/lib/x.so; zip -qrD FILE .", null)]
    [InlineData(
        "touch more; chmod 600 more; zip -q FILE bootstrap more",
        "must be plain files of mode 644 (-rw-r--r--) or 755 (-rwxr-xr-x), which this is not: -rw-------")]
    [InlineData("ln -s bootstrap more; zip -qy FILE bootstrap more", "must be plain files")]
    [InlineData("mkdir bin; mv bootstrap bin; zip -q -r -D FILE bin", "must hold a file 'bootstrap' at its root")]
    [InlineData("mv bootstrap 'my bootstrap'; zip -q FILE 'my bootstrap'", "must hold a file 'bootstrap' at its root")]
    [InlineData("chmod 644 bootstrap; zip -q FILE bootstrap", "must have mode 755")]
    [InlineData("echo >> bootstrap; zip -q FILE bootstrap", "is not the file")]
    [InlineData("echo not a zip > FILE", "nothing that can be read")]
    public async Task A_zip_holds_the_binary_executable_and_all_else_as_plain_files(string make, string? problem)
    {
        string binary = await CompileAsync("plain", "int main(void) { return 0; }");
        string script = $"set -e; mkdir zipped; cd zipped; cp '{binary}' bootstrap; chmod 755 bootstrap; "
            + make.Replace("FILE", "made.zip", StringComparison.Ordinal);
        CommandResult made = await Command.RunAsync("sh", ["-c", script], workingDirectory: _directory.Path);
        Assert.Equal((0, ""), (made.ExitCode, made.Error));

        CommandResult result = await CheckAsync(["--linked-here", "--zip", Path.Combine(_directory.Path, "zipped/made.zip")], binary);

        if (problem is null)
        {
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
        }
        else
        {
            AssertRefused(result, problem);
        }
    }

    private static string ThisMachine =>
        System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";

    private static Task<CommandResult> CheckAsync(string[] options, string binary) =>
        Command.RunAsync(Repository.PathOf("scripts/check-binary.sh"), ["--arch", ThisMachine, "--runtime", "provided.al2", .. options, binary]);

    private static void AssertRefused(CommandResult result, string problem)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    /// <summary>A program that needs <c>from_elsewhere@version</c> of a library of that name, which is made here as well.</summary>
    private async Task<string> LinkAgainstAsync(string library, string version)
    {
        string versions = Path.Combine(_directory.Path, "versions");
        await File.WriteAllTextAsync(versions, $"{version} {{ from_elsewhere; }};", TestContext.Current.CancellationToken);
        string made = await CompileAsync(
            "libmade.so", "void from_elsewhere(void) { }", "-shared", "-fPIC", "-nostdlib", $"-Wl,-soname,{library},--version-script,{versions}");
        return await CompileAsync("linked", "void from_elsewhere(void); int main(void) { from_elsewhere(); return 0; }", made);
    }

    private async Task<string> CompileAsync(string name, string source, params string[] options)
    {
        string code = Path.Combine(_directory.Path, $"{name}.c");
        string binary = Path.Combine(_directory.Path, name);
        await File.WriteAllTextAsync(code, source, TestContext.Current.CancellationToken);
        CommandResult result = await Command.RunAsync(Requires.Compiler(), [code, .. options, "-o", binary]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return binary;
    }
}
