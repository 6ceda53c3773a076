using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>What 'dotnet new streaming-lambda' makes, used as its README says.</summary>
[Collection(nameof(PackedFeed))]
public sealed class NewProjectTests(PackedFeed feed)
{
    [Theory]
    [InlineData("net10.0")]
    [InlineData("net9.0", "--runtime", "provided.al2")]
    public async Task It_passes_its_tests_and_answers_in_the_emulator(string framework, params string[] options)
    {
        string project = await feed.NewAsync($"my.stream-function {framework}", options);

        CommandResult tests = await PackedFeed.DotnetAsync(project, "test");
        Assert.True(tests.ExitCode == 0, tests.Output);
        Assert.Contains("Passed:     2", tests.Output, StringComparison.Ordinal);
        Assert.Contains($"({framework})", tests.Output, StringComparison.Ordinal);

        await RestoreToolsAsync(project);
        await using InstalledEmulator emulator = await InstalledEmulator.StartAsync(project, "--auth", "NONE");
        CommandResult call = await Command.RunAsync("curl", ["--silent", "--no-buffer", $"{emulator.Url}?name=Ada"]);
        Assert.Equal("Hello\nAda!\nThis came as a stream.\n", call.Output);
    }

    [Theory]
    [InlineData("net10.0")]
    [InlineData("net9.0", "--runtime", "provided.al2")]
    public async Task Compiled_natively_it_streams_to_a_signed_call(string framework, params string[] options)
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        Requires.Compiler();
        string project = await feed.NewAsync($"a native-function {framework}", options);

        CommandResult build = await Command.RunAsync(
            Path.Combine(project, "build.sh"), ["--local"], workingDirectory: "/", timeout: TimeSpan.FromMinutes(4));
        Assert.Equal((0, ""), (build.ExitCode, build.Error));
        Assert.Contains($"linux-{ThisMachine}, {framework} ", build.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project, "artifacts/local/bootstrap.zip")));

        await RestoreToolsAsync(project);
        await using InstalledEmulator emulator = await InstalledEmulator.StartAsync(project);
        await emulator.WaitForLineAsync("RESPONSE_STREAM, auth AWS_IAM");
        await emulator.WaitForLineAsync($@"bootstrap {Regex.Escape(Path.Combine(project, "artifacts/local/bootstrap"))} \(native, built ");
        CommandResult call = await Command.RunAsync(
            Path.Combine(project, "scripts/invoke.sh"),
            [$"{emulator.Url}?name=Ada"],
            environment: new Dictionary<string, string?>
            {
                // The example pair of AWS's documentation, which the emulator takes.
                ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                ["AWS_SESSION_TOKEN"] = null,
                ["AWS_REGION"] = "us-east-1",
            });
        Assert.Equal((0, "Hello\nAda!\nThis came as a stream.\n"), (call.ExitCode, call.Output));

        // The handler pauses for a second in all after its first write: a response that was collected first would have its first byte after that.
        Match report = await emulator.WaitForLineAsync(@"REPORT .*\tDuration: ([0-9.]+) ms.*\tFirst Byte: ([0-9.]+) ms");
        Assert.InRange(Milliseconds(report.Groups[1]) - Milliseconds(report.Groups[2]), 900, 60_000);
    }

    /// <summary>As in a project without the scripts. Those are in <see cref="ZipTests"/>.</summary>
    [Fact]
    public async Task Its_package_alone_builds_for_the_other_processor_with_zig()
    {
        Requires.Programs("readelf");
        Requires.Zig();
        string project = await feed.NewAsync("a crossed-function", "--runtime", "provided.al2");
        string output = Path.Combine(project, "by package");

        CommandResult publish = await PackedFeed.DotnetAsync(
            project, "publish", "src/a crossed-function", "--runtime", $"linux-{OtherMachine}", "-p:LinkForGlibc=2.26", "--output", output);

        Assert.True(publish.ExitCode == 0, publish.Output);
        CommandResult check = await Command.RunAsync(
            Path.Combine(project, "scripts/check-binary.sh"),
            ["--arch", OtherMachine, "--runtime", "provided.al2", Path.Combine(output, "bootstrap")]);
        Assert.Equal((0, ""), (check.ExitCode, check.Error));
    }

    [Theory]
    [InlineData("Numbers", "Numbers")]
    [InlineData("Acme.Billing", "Acme.Billing")]
    [InlineData("acme-billing", "acme_billing")]
    [InlineData("2 reports", "_2_reports")]
    public async Task Any_name_gives_a_namespace(string name, string expected)
    {
        string project = await feed.NewAsync(name);

        Assert.All(
            Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories),
            file => Assert.Matches($@"(?m)^(namespace|using) {Regex.Escape(expected)}(\.Tests)?;$", File.ReadAllText(file)));
        Assert.True(File.Exists(Path.Combine(project, $"src/{name}/{name}.csproj")));
        Assert.Contains($"src/{name}/{name}.csproj", await File.ReadAllTextAsync(Path.Combine(project, $"{name}.slnx")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("provided.al2023", "net10.0")]
    [InlineData("provided.al2", "net9.0", "--runtime", "provided.al2")]
    public async Task The_runtime_is_the_default_everywhere(string runtime, string framework, params string[] options)
    {
        string project = await feed.NewAsync($"for-{runtime}", options);

        CommandResult help = await Command.RunAsync(Path.Combine(project, "build.sh"), ["--help"], workingDirectory: "/");
        Assert.Contains($"The default is {runtime}.", help.Output, StringComparison.Ordinal);
        Assert.Contains($"    Default: {runtime}\n", Read(project, "template.yaml"), StringComparison.Ordinal);
        Assert.Contains($">{framework}</LambdaFramework>", Read(project, "Directory.Build.props"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_in_it_is_about_this_repository()
    {
        string project = await feed.NewAsync("Plain");
        string[] foreign =
        [
            "My-Function", "MyNamespace", "STREAMING_LAMBDA", "LAMBDA_RUNTIME", "LAMBDA_FRAMEWORK", "XUNIT_", "TEST_SDK",
            "src/Bootstrap", "docs/", ".ci/", "bench",
        ];

        Assert.All(Directory.GetFiles(project, "*", SearchOption.AllDirectories), file =>
            Assert.All(foreign, word => Assert.DoesNotContain(word, File.ReadAllText(file), StringComparison.Ordinal)));
        Assert.All(Directory.GetFiles(Path.Combine(project, "scripts")).Append(Path.Combine(project, "build.sh")), script =>
            Assert.True(File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute), script));
    }

    [Fact]
    public async Task The_emulator_says_what_to_do_before_there_is_something_to_run()
    {
        string project = await feed.NewAsync("Unbuilt");
        await RestoreToolsAsync(project);

        CommandResult result = await PackedFeed.DotnetAsync(project, "streaming-lambda-emulator");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"There is no bootstrap to run: none in {Path.Combine(project, "artifacts")} or below, where CodeUri has bootstrap.zip. "
                + "Build the function, or name its executable with --bootstrap PATH.\n",
            result.Error);
    }

    private static async Task RestoreToolsAsync(string project)
    {
        CommandResult restore = await PackedFeed.DotnetAsync(project, "tool", "restore");
        Assert.True(restore.ExitCode == 0, restore.Output + restore.Error);
    }

    private static string ThisMachine => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";

    private static string OtherMachine => ThisMachine == "arm64" ? "x64" : "arm64";

    private static double Milliseconds(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    private static string Read(string project, string file) => File.ReadAllText(Path.Combine(project, file));
}
