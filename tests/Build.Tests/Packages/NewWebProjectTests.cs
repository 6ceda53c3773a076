namespace StreamingLambda.Build.Tests.Packages;

/// <summary>What 'dotnet new streaming-lambda-web' makes, used as its README says.</summary>
[Collection(nameof(PackedFeed))]
public sealed class NewWebProjectTests(PackedFeed feed)
{
    [Fact]
    public async Task It_passes_its_tests_and_its_native_executable_streams_to_a_signed_call()
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        Requires.Compiler();
        CommandResult sdk = await PackedFeed.DotnetAsync(feed.Projects, "--version");
        Assert.SkipWhen(Version.Parse(sdk.Output.Split('-')[0].Trim()).Major < 10, "The template needs SDK 10 or newer.");
        string project = await feed.NewFromAsync("streaming-lambda-web", "my.web-app");

        CommandResult tests = await PackedFeed.DotnetAsync(project, "test");
        Assert.True(tests.ExitCode == 0, tests.Output);
        Assert.Contains("Passed:     3", tests.Output, StringComparison.Ordinal);

        CommandResult build = await Command.RunAsync(
            Path.Combine(project, "build.sh"), ["--local"], workingDirectory: "/", timeout: TimeSpan.FromMinutes(8));
        Assert.Equal((0, ""), (build.ExitCode, build.Error));
        // Neither Kestrel nor a server's garbage collector is in it: the settings have reached the project.
        Assert.InRange(new FileInfo(Path.Combine(project, "artifacts/local/bootstrap")).Length, 5_000_000, 8_500_000);

        CommandResult restore = await PackedFeed.DotnetAsync(project, "tool", "restore");
        Assert.True(restore.ExitCode == 0, restore.Output + restore.Error);
        await using InstalledEmulator emulator = await InstalledEmulator.StartAsync(project);
        await emulator.WaitForLineAsync("RESPONSE_STREAM, auth AWS_IAM");
        CommandResult call = await Command.RunAsync(
            Path.Combine(project, "scripts/invoke.sh"),
            [$"{emulator.Url}clock"],
            environment: new Dictionary<string, string?>
            {
                // The example pair of AWS's documentation, which the emulator takes.
                ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                ["AWS_SESSION_TOKEN"] = null,
                ["AWS_REGION"] = "us-east-1",
            });
        Assert.Equal((0, "data: tick 1\n\ndata: tick 2\n\ndata: tick 3\n\n"), (call.ExitCode, call.Output));
    }
}
