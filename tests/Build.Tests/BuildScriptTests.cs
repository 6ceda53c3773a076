using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests;

public sealed class BuildScriptTests
{
    private static readonly string[] BuildTools = ["zip", "unzip", "readelf", "objcopy", "zig"];

    /// <summary>Says what it is asked for, and leaves what the container would.</summary>
    private const string StandInForDocker = """
        [ "$2" = build ] || exit 0
        echo "$*"
        for argument; do case $argument in type=local,dest=*) out=${argument#*dest=} ;; esac; done
        mkdir -p "$out"; mkdir "$out/files"; touch "$out/files/bootstrap" "$out/bootstrap.zip"; echo 'size: as built' > "$out/summary.txt"
        """;

    [Fact]
    public async Task Help_shows_every_option_from_any_directory()
    {
        CommandResult result = await Command.RunAsync(Repository.PathOf("build.sh"), ["--help"], workingDirectory: "/");

        Assert.Equal(0, result.ExitCode);
        Assert.All(
            [
                "--arch", "--runtime", "--cross", "--local", "--bench", "--output", "--project",
                "artifacts/bootstrap.zip", "artifacts/local/bootstrap", "ILCompilerVersion", "ZIG",
            ],
            expected => Assert.Contains(expected, result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("unknown argument '--locl'", "--locl")]
    [InlineData("unknown argument 'local'", "local")]
    [InlineData("--arch needs a value", "--arch")]
    [InlineData("unknown architecture 'arm'. Known: arm64, x64.", "--arch", "arm")]
    [InlineData("unknown runtime 'al2'. Known: provided.al2, provided.al2023.", "--runtime", "al2")]
    [InlineData("--local and --cross are two ways of building", "--cross", "--local")]
    public async Task A_wrong_argument_is_named_with_what_is_allowed(string message, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(Repository.PathOf("build.sh"), arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkout_whose_path_the_tools_would_take_apart_is_refused()
    {
        using TemporaryDirectory directory = new("a,b");

        CommandResult result = await BuildAsync(directory, Environment.GetEnvironmentVariable("PATH")!, "--local");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Move the checkout", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dotnet", "https://dotnet.microsoft.com/download")]
    [InlineData("zip", "apt-get install zip")]
    [InlineData("unzip", "apt-get install unzip")]
    [InlineData("readelf", "apt-get install binutils")]
    [InlineData("objcopy", "apt-get install binutils")]
    [InlineData("clang gcc", "apt-get install clang libc6-dev")]
    [InlineData("zig", "https://ziglang.org/download/")]
    public async Task A_missing_tool_gets_one_message_with_the_way_out_and_leaves_nothing_behind(string missing, string wayOut)
    {
        string way = missing == "zig" ? "--cross" : "--local";
        using TemporaryDirectory checkout = new();
        string path = PathWithBuildTools(checkout, missing.Split(' '));

        CommandResult result = await BuildAsync(checkout, path, way);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(wayOut, result.Error, StringComparison.Ordinal);
        Assert.Empty(ArtifactsIn(checkout));
    }

    [Theory]
    [InlineData("echo 0.10.1", "zig 0.10.1 is too old.")]
    [InlineData("echo 0.9.0-dev.1+abc", "zig 0.9.0-dev.1+abc is too old.")]
    [InlineData("exit 1", "'zig' is no zig: 'zig version' failed.")]
    [InlineData("echo hello", "'zig' is no zig: its version reads 'hello'.")]
    public async Task A_zig_that_will_not_do_gets_one_message_and_nothing_is_compiled(string zig, string message)
    {
        using TemporaryDirectory checkout = new();
        string path = PathWithBuildTools(checkout);
        checkout.AddProgram("zig", zig);

        CommandResult result = await BuildAsync(checkout, path, "--cross");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
        Assert.Contains("https://ziglang.org/download/", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Compiling", result.Output, StringComparison.Ordinal);
        Assert.Empty(ArtifactsIn(checkout));
    }

    [Theory]
    [InlineData("0.11.0")]
    [InlineData("0.14.0-dev.2456+a68119f8f")]
    [InlineData("1.0.0")]
    public async Task A_zig_is_found_in_PATH_or_named_by_a_variable(string version)
    {
        using TemporaryDirectory checkout = new();
        string path = checkout.PathWithout("zig");
        checkout.AddProgram("another zig", $"echo {version}");
        string zig = Path.Combine(path, "another zig");

        CommandResult result = await Command.RunAsync(
            Repository.PathOf("scripts/zig-link.sh"), ["--check"], environment: new Dictionary<string, string?> { ["PATH"] = path, ["ZIG"] = zig });

        Assert.Equal((0, $"zig {version}\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Zig_gets_what_it_knows_of_the_compiler_s_arguments_and_what_it_says_of_a_failure_is_an_error_to_MSBuild()
    {
        using TemporaryDirectory checkout = new();
        string path = checkout.PathWithout("zig");
        checkout.AddProgram("zig", "[ \"$1\" != version ] || { echo 0.11.0; exit 0; }; echo \"error: $*\"; exit 3");

        CommandResult result = await Command.RunAsync(
            Repository.PathOf("scripts/zig-link.sh"),
            [
                "aarch64-linux-gnu.2.26",
                "an object.o", "-o", "out", "-gz=zlib", "-fuse-ld=bfd", "--target=aarch64-linux-gnu", "-Wl,--discard-all", "-Wl,-no-pie", "-lm",
            ],
            environment: OnlyIn(path));

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^zig: error: cc -target aarch64-linux-gnu[.]2[.]26 an object[.]o -o out -no-pie -lm -s -Wl,-T,[^ ]+\n$", result.Error);
    }

    [Fact]
    public async Task A_missing_zig_is_an_error_to_MSBuild()
    {
        using TemporaryDirectory checkout = new();
        string path = checkout.PathWithout("zig");

        CommandResult result = await Command.RunAsync(
            Repository.PathOf("scripts/zig-link.sh"), ["aarch64-linux-gnu.2.26"], environment: OnlyIn(path));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("zig-link.sh: error: No zig: 'zig' is not in PATH. Install zig 0.11 or newer: https://ziglang.org/download/\n", result.Error);
    }

    [Theory]
    [InlineData("x86_64", "x64", "No linker")]
    [InlineData("x86_64", "arm64", "No zig")]
    [InlineData("aarch64", "arm64", "No linker")]
    [InlineData("aarch64", "x64", "No zig")]
    [InlineData("arm64", "x64", "No zig")]
    public async Task What_the_container_runs_links_with_zig_for_another_processor_only(string machine, string arch, string missing)
    {
        using TemporaryDirectory checkout = new();
        string path = PathWithBuildTools(checkout, "clang", "gcc", "zig");
        checkout.AddProgram("uname", $"echo {machine}");
        string root = checkout.Add("scripts");

        CommandResult result = await Command.RunAsync(
            Path.Combine(root, "scripts/build-inner.sh"),
            ["--project", "any.csproj", "--arch", arch, "--runtime", "provided.al2", "--output", Path.Combine(root, "out")],
            environment: OnlyIn(path));

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(missing, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_container_is_of_the_machine_s_own_processor() =>
        Assert.Equal(
            ["FROM --platform=$BUILDPLATFORM ${IMAGE} AS build", "FROM scratch AS artifact"],
            Repository.Read("Dockerfile.build").Split('\n').Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)));

    [Theory]
    [InlineData("src", "Bootstrap")]
    [InlineData("bench", "WorkloadFunction")]
    [InlineData("examples", "hello")]
    public void A_function_of_this_checkout_and_what_it_refers_to_go_into_the_container(string folder, string project)
    {
        string[] sent = Repository.Read(".dockerignore").Split('\n');
        string file = $"{folder}/{project}/{project}.csproj";

        Assert.Contains($"!{folder}", sent);
        // '../../src/Runtime/Runtime.csproj', '../../NativeAot.props'
        MatchCollection references = Regex.Matches(Repository.Read(file), "(?:Include|Project)=\"[.][.]/[.][.]/([^/\"]+)");
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.Contains(
            sent, pattern => FileSystemName.MatchesSimpleExpression(pattern, $"!{reference.Groups[1].Value}", ignoreCase: false)));
    }

    [Fact]
    public async Task A_linker_without_the_C_library_is_reported_before_anything_is_compiled()
    {
        using TemporaryDirectory checkout = new();
        string path = PathWithBuildTools(checkout, "clang", "gcc");
        checkout.AddProgram("gcc", "echo 'cannot find crt1.o' >&2; exit 1");

        CommandResult result = await BuildAsync(checkout, path, "--local");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("gcc cannot link an empty program: cannot find crt1.o", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Compiling", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "'docker' is not in PATH", "./build.sh --local")]
    [InlineData("exit 1", "Docker does not answer", "sudo systemctl start docker")]
    [InlineData("[ \"$1\" = info ]", "Docker has no BuildKit", "docker-buildx-plugin")]
    public async Task A_container_build_says_what_of_Docker_is_missing(string? docker, string message, string wayOut)
    {
        using TemporaryDirectory checkout = new();
        string path = checkout.PathWithout("docker");
        if (docker is not null)
        {
            checkout.AddProgram("docker", docker);
        }

        CommandResult result = await BuildAsync(checkout, path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains(wayOut, result.Error, StringComparison.Ordinal);
        Assert.Empty(ArtifactsIn(checkout));
    }

    [Theory]
    [InlineData("IMAGE=public.ecr.aws/amazonlinux/amazonlinux:2 DOTNET_CHANNEL=9.0 RUNTIME=provided.al2 ARCH=arm64 ILCOMPILER_VERSION=")]
    [InlineData("IMAGE=public.ecr.aws/amazonlinux/amazonlinux:2 DOTNET_CHANNEL=9.0 RUNTIME=provided.al2 ARCH=x64", "--arch", "x64")]
    [InlineData(
        "IMAGE=public.ecr.aws/amazonlinux/amazonlinux:2023 DOTNET_CHANNEL=10.0 RUNTIME=provided.al2023 ARCH=arm64",
        "--runtime",
        "provided.al2023")]
    public async Task The_container_build_gets_the_image_the_SDK_and_the_processor_and_leaves_only_the_zip(string expected, params string[] arguments)
    {
        using TemporaryDirectory checkout = new();
        string path = checkout.PathWithout("docker");
        checkout.AddProgram("docker", StandInForDocker);

        CommandResult result = await BuildAsync(checkout, path, arguments);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(expected.Split(' '), part => Assert.Contains($" {part} ", result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("--platform", result.Output, StringComparison.Ordinal);
        Assert.Contains("size: as built", result.Output, StringComparison.Ordinal);
        Assert.Equal(["bootstrap.zip"], ArtifactsIn(checkout));
    }

    [Fact]
    public async Task The_executable_and_its_zip_go_where_they_are_asked_for_and_the_compiler_s_version_into_the_container()
    {
        using TemporaryDirectory checkout = new();
        string path = checkout.PathWithout("docker");
        checkout.AddProgram("docker", StandInForDocker);
        string elsewhere = Path.Combine(checkout.Path, "else where");

        CommandResult result = await BuildInAsync(checkout, new(OnlyIn(path)) { ["ILCompilerVersion"] = "9.0.99" }, "--output", elsewhere);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(" ILCOMPILER_VERSION=9.0.99 ", result.Output, StringComparison.Ordinal);
        Assert.Equal(["bootstrap", "bootstrap.zip"], Directory.GetFiles(elsewhere).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(ArtifactsIn(checkout));
    }

    [Fact]
    public async Task A_failed_container_build_leaves_the_zip_of_the_earlier_one()
    {
        using TemporaryDirectory checkout = new();
        string path = checkout.PathWithout("docker");
        checkout.AddProgram("docker", "[ \"$2\" != build ]");
        Directory.CreateDirectory(Path.Combine(checkout.Path, "artifacts"));
        await File.WriteAllTextAsync(Path.Combine(checkout.Path, "artifacts/bootstrap.zip"), "earlier", TestContext.Current.CancellationToken);

        CommandResult result = await BuildAsync(checkout, path, "--arch", "x64");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the container build failed", result.Error, StringComparison.Ordinal);
        Assert.Equal(["bootstrap.zip"], ArtifactsIn(checkout));
    }

    /// <summary>A PATH where the tools that the build looks for are present, whatever this machine has, except the missing ones.</summary>
    private static string PathWithBuildTools(TemporaryDirectory checkout, params string[] missing)
    {
        string path = checkout.PathWithout(missing);
        foreach (string tool in BuildTools.Except(missing))
        {
            checkout.AddProgram(tool, "exit 0");
        }

        return path;
    }

    private static Task<CommandResult> BuildAsync(TemporaryDirectory checkout, string path, params string[] arguments) =>
        BuildInAsync(checkout, OnlyIn(path), arguments);

    /// <summary>An environment with nothing but what is in a PATH.</summary>
    private static Dictionary<string, string?> OnlyIn(string path) => new() { ["PATH"] = path, ["ZIG"] = null, ["ILCompilerVersion"] = null };

    private static Task<CommandResult> BuildInAsync(TemporaryDirectory checkout, Dictionary<string, string?> environment, params string[] arguments)
    {
        string root = checkout.Add("build.sh", "scripts", "src/Bootstrap/Bootstrap.csproj");
        return Command.RunAsync(Path.Combine(root, "build.sh"), arguments, workingDirectory: "/", environment);
    }

    private static IEnumerable<string> ArtifactsIn(TemporaryDirectory checkout)
    {
        string artifacts = Path.Combine(checkout.Path, "artifacts");
        return Directory.Exists(artifacts)
            ? Directory.GetFiles(artifacts, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(artifacts, file))
            : [];
    }
}
