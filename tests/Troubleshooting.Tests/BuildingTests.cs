using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Building": build.sh and what it runs, on machines that lack something.</summary>
public sealed class BuildingTests
{
    [Fact]
    public async Task No_NET_SDK() => Page.Shows(await BuildWithoutAsync(["dotnet"], "--local"));

    [Fact]
    public async Task A_NET_SDK_that_is_too_old()
    {
        // The same as an old SDK beside our global.json: a global.json that asks for a newer one than is here.
        using var directory = new TemporaryDirectory();
        JsonNode wanted = JsonNode.Parse(Repository.Read("global.json"))!;
        wanted["sdk"]!["version"] = "99.0.300";
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "global.json"), wanted.ToJsonString());

        CommandResult result = await Command.RunAsync("dotnet", ["build"], workingDirectory: directory.Path);

        Page.Shows((result.Output + result.Error).Replace("99.0.300", "9.0.300", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_feed_that_is_missing()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "packages"));
        // The project and the source as the template has them.
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "nuget.config"), """
            <configuration>
              <packageSources><clear /><add key="StreamingLambda (see nuget.config)" value="packages" /></packageSources>
            </configuration>
            """);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "MyFunction.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk"><Sdk Name="StreamingLambda.Runtime" Version="0.2.0" /></Project>
            """);

        CommandResult result = await Command.RunAsync(
            "dotnet",
            ["build", "-nodeReuse:false"],
            workingDirectory: directory.Path,
            environment: new Dictionary<string, string?> { ["NUGET_PACKAGES"] = Path.Combine(directory.Path, "cache") });

        Page.Shows(result.Output);
    }

    [Fact]
    public async Task A_tool_that_is_missing() => Page.Shows(
    [
        await BuildWithoutAsync(["clang", "gcc"], "--local"),
        await BuildWithoutAsync(["zip"], "--local"),
    ]);

    [Fact]
    public async Task Docker_that_is_missing_or_does_not_answer() => Page.Shows(
    [
        await BuildWithoutAsync(["docker"]),
        await BuildWithDockerAsync("exit 1"),
        await BuildWithDockerAsync("""[ "$1" = info ]"""),
    ]);

    [Fact]
    public async Task LinkForGlibc_without_a_target() =>
        Page.Shows(await RunTargetAsync("LinkWithZig", "<PropertyGroup><LinkForGlibc>2.26</LinkForGlibc></PropertyGroup>"));

    [Fact]
    public async Task A_path_that_MSBuild_cannot_take()
    {
        using var checkout = new TemporaryDirectory("50% done");
        Page.Shows(await BuildAsync(checkout, checkout.PathWithout("docker"), []));
    }

    [Fact]
    public async Task Code_that_the_native_compiler_refuses() =>
        Page.Shows(await PublishAsync("echo \"Bad.cs(7,42): error IL3050: Using member 'x' can break functionality\"; exit 1"));

    [Fact]
    public async Task Files_that_cannot_be_packed() => Page.Shows(
    [
        await PublishAsync("touch \"$out/MyFunction\""),
        await RunTargetAsync(
            "RefuseSecondExecutable",
            """
            <PropertyGroup><PublishAot>true</PublishAot><TargetName>bootstrap</TargetName></PropertyGroup>
            <ItemGroup><ResolvedFileToPublish Include="bin/tools/bootstrap" RelativePath="bootstrap" /></ItemGroup>
            """),
        await PublishAsync("touch \"$out/bootstrap\" \"$out/back\\\\slash\""),
        await PublishAsync("touch \"$out/bootstrap\"; truncate -s 262144001 \"$out/model.bin\""),
        await PublishAsync("touch \"$out/bootstrap\" \"$out/libm.so.6\""),
    ]);

    [Fact]
    public async Task No_zig()
    {
        using var checkout = new TemporaryDirectory();
        string path = checkout.PathWithout("zig");
        checkout.AddProgram("old zig", "echo 0.10.1");
        var environment = new Dictionary<string, string?> { ["PATH"] = path, ["ZIG"] = Path.Combine(path, "old zig") };

        Page.Shows([
            await BuildWithoutAsync(["zig"], "--cross"),
            (await Command.RunAsync(Repository.PathOf("scripts/zig-link.sh"), ["--check"], environment: environment)).Error,
        ]);
    }

    [Fact]
    public async Task A_compiler_that_is_not_to_be_had()
    {
        Assert.SkipUnless(((string[])["zip", "unzip", "readelf", "objcopy"]).All(Tools.IsInPath), "What ./build.sh --local needs is not in PATH.");
        Assert.SkipUnless(Tools.IsInPath("clang") || Tools.IsInPath("gcc"), "There is no linker (clang or gcc).");

        var environment = new Dictionary<string, string?> { ["ILCompilerVersion"] = "9.0.999" };
        CommandResult result = await Command.RunAsync(
            Repository.PathOf("build.sh"), ["--local"], environment: environment, timeout: TimeSpan.FromMinutes(4));

        Assert.Equal(1, result.ExitCode);
        Page.Shows(result.Output);
    }

    [Fact]
    public async Task An_executable_that_Lambda_cannot_run()
    {
        Assert.SkipUnless(Tools.IsInPath("readelf"), "'readelf' is not in PATH.");
        Page.Shows([await CheckAsync(ThisProcessor, "/bin/sh"), await CheckAsync(OtherProcessor, BuiltPrograms.Bootstrap)]);
    }

    [Fact]
    public async Task A_file_in_the_way_of_the_function_s()
    {
        using var output = new TemporaryDirectory();
        await File.WriteAllTextAsync(Path.Combine(output.Path, "notes.txt"), "mine");
        const string Docker = """
            for argument; do case $argument in type=local,dest=*) out=${argument#*dest=} ;; esac; done
            [ "$2" != build ] || { mkdir -p "$out/files"; touch "$out/files/notes.txt"; }
            """;

        Page.Shows(await BuildWithDockerAsync(Docker, "--output", output.Path));

        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(output.Path, "notes.txt")));
    }

    private static string ThisProcessor => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";

    private static string OtherProcessor => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "x64" : "arm64";

    private static async Task<string> BuildWithoutAsync(string[] programs, params string[] arguments)
    {
        using var checkout = new TemporaryDirectory();
        string path = checkout.PathWithout(programs);
        foreach (string tool in ((string[])["dotnet", "gcc", "zip", "unzip", "readelf", "objcopy"]).Where(tool => !programs.Contains(tool)))
            checkout.AddProgram(tool, "exit 0");
        return await BuildAsync(checkout, path, arguments);
    }

    /// <summary>The default build where <paramref name="docker"/>, a shell script, stands for Docker.</summary>
    private static async Task<string> BuildWithDockerAsync(string docker, params string[] arguments)
    {
        using var checkout = new TemporaryDirectory();
        string path = checkout.PathWithout("docker");
        checkout.AddProgram("docker", docker);
        return await BuildAsync(checkout, path, arguments);
    }

    /// <summary>The build for this machine, where a shell script stands for the publish: it leaves files in <c>$out</c>.</summary>
    private static async Task<string> PublishAsync(string script)
    {
        using var checkout = new TemporaryDirectory();
        string path = checkout.PathWithout("dotnet");
        checkout.AddProgram("dotnet", $"""
            while [ $# -gt 0 ]; do [ "$1" != --output ] || out=$2; shift; done
            mkdir -p "$out"
            {script}
            """);
        foreach (string tool in (string[])["clang", "gcc", "zip", "unzip", "readelf", "objcopy"])
            checkout.AddProgram(tool, "exit 0");
        return await BuildAsync(checkout, path, ["--local"]);
    }

    /// <summary>A target of what every function's project imports, in a project that has these properties and items.</summary>
    private static async Task<string> RunTargetAsync(string target, string content)
    {
        using var directory = new TemporaryDirectory();
        string project = Path.Combine(directory.Path, "MyFunction.proj");
        await File.WriteAllTextAsync(
            project, $"<Project>{content}<Import Project=\"{Repository.PathOf("NativeAot.targets")}\" /></Project>");
        CommandResult result = await Command.RunAsync("dotnet", ["msbuild", project, $"-target:{target}", "-nologo", "-nodeReuse:false"]);
        Assert.Equal(1, result.ExitCode);
        return result.Output.Trim();
    }

    private static async Task<string> BuildAsync(TemporaryDirectory checkout, string path, string[] arguments)
    {
        string root = checkout.Add("build.sh", "scripts", "src/Bootstrap/Bootstrap.csproj");
        var environment = new Dictionary<string, string?> { ["PATH"] = path, ["ZIG"] = null };
        CommandResult result = await Command.RunAsync(Path.Combine(root, "build.sh"), arguments, environment: environment);
        Assert.NotEqual(0, result.ExitCode);
        return result.Error;
    }

    private static async Task<string> CheckAsync(string processor, string binary)
    {
        CommandResult result = await Command.RunAsync(
            Repository.PathOf("scripts/check-binary.sh"), ["--arch", processor, "--runtime", "provided.al2", binary]);
        Assert.Equal(1, result.ExitCode);
        return result.Error;
    }
}
