namespace StreamingLambda.Build.Tests;

public sealed class LocalBuildTests
{
    [Fact]
    public async Task The_zip_holds_one_executable_file_named_bootstrap()
    {
        string zip = Repository.PathOf("artifacts/local/bootstrap.zip");
        if (!File.Exists(zip))
        {
            const string Reason = "No native executable: run './build.sh --local' first.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") == "1", Reason);
            Assert.Fail(Reason);
        }

        CommandResult result = await Command.RunAsync("unzip", ["-Z", "-s", "-h", "-t", zip]);

        Assert.Contains("number of entries: 1", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^-rwxr-xr-x .* bootstrap$", result.Output);
    }
}
