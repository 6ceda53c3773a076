namespace StreamingLambda.Build.Tests;

public sealed class BuildScriptTests
{
    [Fact]
    public async Task Help_shows_every_option_and_exits_with_zero()
    {
        CommandResult result = await Command.RunAsync(Repository.PathOf("build.sh"), ["--help"], workingDirectory: "/");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("--local", result.Output, StringComparison.Ordinal);
        Assert.Contains("artifacts/local/bootstrap.zip", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--locl")]
    [InlineData("local")]
    public async Task An_unknown_argument_is_named_and_help_is_offered(string argument)
    {
        CommandResult result = await Command.RunAsync(Repository.PathOf("build.sh"), [argument]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"'{argument}'", result.Error, StringComparison.Ordinal);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dotnet", "https://dotnet.microsoft.com/download")]
    [InlineData("zip", "apt-get install zip")]
    [InlineData("clang gcc", "apt-get install clang")]
    [InlineData("objcopy llvm-objcopy", "binutils")]
    public async Task A_missing_tool_gets_one_message_with_the_way_out_and_leaves_nothing_behind(string missing, string wayOut)
    {
        using TemporaryDirectory checkout = new();
        string root = checkout.Add("build.sh", "scripts");
        string path = checkout.PathWithout(missing.Split(' '));

        CommandResult result = await Command.RunAsync(
            Path.Combine(root, "build.sh"), ["--local"], environment: new Dictionary<string, string?> { ["PATH"] = path });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(wayOut, result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(root, "artifacts"), "*", SearchOption.AllDirectories));
    }
}
