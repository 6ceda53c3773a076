using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Build.Tests;

/// <summary>Runs scripts/install-sdk.sh, which the container build uses, against release metadata in the form that .NET publishes.</summary>
public sealed class InstallSdkTests : IDisposable
{
    private static readonly string ThisRid = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingServer _server;
    private byte[] _archive = [];
    private string _metadata = "";

    public InstallSdkTests()
    {
        Requires.Programs("curl", "jq");
        _server = new RecordingServer(AnswerAsync);
    }

    private string Target => Path.Combine(_directory.Path, "dotnet");

    public void Dispose()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_newest_sdk_of_the_channel_is_installed_when_its_checksum_is_right()
    {
        await PublishAsync(ThisRid, archive => Convert.ToHexString(SHA512.HashData(archive)));

        CommandResult result = await InstallAsync("9.0");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Installing .NET SDK 9.0.399", result.Output, StringComparison.Ordinal);
        Assert.Equal("#!/bin/sh\n", await File.ReadAllTextAsync(Path.Combine(Target, "dotnet")));
    }

    [Fact]
    public async Task A_download_with_another_checksum_is_not_installed()
    {
        await PublishAsync(ThisRid, _ => new string('0', 128));

        CommandResult result = await InstallAsync("9.0");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not have the SHA-512", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Theory]
    [InlineData("linux-s390x", "00")]
    [InlineData(null, "")]
    public async Task Metadata_without_a_checksum_for_this_machine_is_refused(string? rid, string hash)
    {
        await PublishAsync(rid ?? ThisRid, _ => hash);

        CommandResult result = await InstallAsync("9.0");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("channel 9.0 names no SDK with a checksum", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task A_channel_that_does_not_exist_is_reported_with_its_address()
    {
        CommandResult result = await InstallAsync("99.0");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"cannot download {_server.Url}99.0/releases.json", result.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> InstallAsync(string channel) =>
        Command.RunAsync(Repository.PathOf("scripts/install-sdk.sh"), [channel, Target, _server.Url.TrimEnd('/')]);

    private async Task PublishAsync(string rid, Func<byte[], string> hash)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, "dotnet.file"), "#!/bin/sh\n");
        CommandResult packed = await Command.RunAsync(
            "sh", ["-c", "mkdir sdk && mv dotnet.file sdk/dotnet && tar -czf sdk.tar.gz -C sdk ."], workingDirectory: _directory.Path);
        Assert.Equal((0, ""), (packed.ExitCode, packed.Error));
        _archive = await File.ReadAllBytesAsync(Path.Combine(_directory.Path, "sdk.tar.gz"));
        _metadata = $$"""
            { "channel-version": "9.0", "latest-sdk": "9.0.399", "releases": [
              { "release-version": "9.0.99", "sdks": [
                { "version": "9.0.399", "files": [
                  { "name": "dotnet-sdk-{{rid}}.zip", "rid": "{{rid}}", "url": "{{_server.Url}}wrong.zip", "hash": "00" },
                  { "name": "dotnet-sdk-{{rid}}.tar.gz", "rid": "{{rid}}", "url": "{{_server.Url}}sdk.tar.gz", "hash": "{{hash(_archive)}}" } ] },
                { "version": "9.0.199", "files": [] } ] },
              { "release-version": "9.0.98", "sdks": [
                { "version": "9.0.398", "files": [
                  { "name": "dotnet-sdk-{{rid}}.tar.gz", "rid": "{{rid}}", "url": "{{_server.Url}}old.tar.gz", "hash": "00" } ] } ] } ] }
            """;
    }

    private async Task AnswerAsync(HttpResponse response)
    {
        byte[]? body = _server.Path switch
        {
            "/9.0/releases.json" => System.Text.Encoding.UTF8.GetBytes(_metadata),
            "/sdk.tar.gz" => _archive,
            _ => null,
        };
        response.StatusCode = body is null ? 404 : 200;
        await response.Body.WriteAsync(body ?? []);
    }
}
