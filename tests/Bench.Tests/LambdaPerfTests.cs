using System.Text.Json.Nodes;
using System.Xml.Linq;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Bench.Tests;

/// <summary>The folder for lambda-perf, which nothing here builds.</summary>
public sealed class LambdaPerfTests
{
    private static readonly string Folder = Repository.PathOf("bench/lambda-perf");

    [Fact]
    public void It_uses_the_version_that_is_packed_here()
    {
        XDocument project = XDocument.Load(Path.Combine(RuntimeFolder, "src/LambdaPerf.csproj"));
        XDocument all = XDocument.Load(Repository.PathOf("Directory.Build.props"));

        Assert.Equal(all.Descendants("VersionPrefix").Single().Value, (string?)project.Descendants("Sdk").Single().Attribute("Version"));
    }

    [Fact]
    public async Task Its_scripts_can_be_started_and_refuse_a_processor_that_they_do_not_know()
    {
        CommandResult result = await Command.RunAsync(Path.Combine(RuntimeFolder, "build.sh"), ["any", "riscv"]);

        Assert.Equal((1, "build.sh: unknown architecture 'riscv'. Use x86_64 or arm64.\n"), (result.ExitCode, result.Error));
        Assert.True(File.GetUnixFileMode(Path.Combine(RuntimeFolder, "src/zip.sh")).HasFlag(UnixFileMode.UserExecute));
    }

    /// <summary>The folder that lambda-perf's manifest would name.</summary>
    private static string RuntimeFolder =>
        Path.Combine(Folder, (string)JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "manifest-entry.json")))!["path"]!);
}
