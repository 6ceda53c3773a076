using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Build.Tests;

/// <summary>Runs scripts/install-zig.sh, which the container build uses, against a server that stands for zig's own.</summary>
public sealed class InstallZigTests : IDisposable
{
    private static readonly string Archive =
        $"/0.11.0/zig-linux-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-0.11.0.tar.xz";

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingServer _server;
    private byte[]? _archive;

    public InstallZigTests()
    {
        Requires.Programs("curl", "xz");
        _server = new RecordingServer(AnswerAsync);
    }

    private string Target => Path.Combine(_directory.Path, "zig");

    public void Dispose()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Zig_is_installed_when_its_checksum_is_right()
    {
        await PublishAsync();
        string script = Path.Combine(_directory.Add("scripts/install-zig.sh"), "scripts/install-zig.sh");
        string text = await File.ReadAllTextAsync(script);
        Assert.Equal(2, Regex.Count(text, "sha256=[0-9a-f]{64} "));
        // The checksum of what this server has, in place of zig's own.
        string checksum = Convert.ToHexStringLower(SHA256.HashData(_archive!));
        await File.WriteAllTextAsync(script, Regex.Replace(text, "sha256=[0-9a-f]{64} ", $"sha256={checksum} "));

        CommandResult result = await InstallAsync(script);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("#!/bin/sh\n", await File.ReadAllTextAsync(Path.Combine(Target, "zig")));
    }

    [Fact]
    public async Task A_download_with_another_checksum_is_not_installed()
    {
        await PublishAsync();

        CommandResult result = await InstallAsync(Repository.PathOf("scripts/install-zig.sh"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not have the SHA-256", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task A_download_that_is_not_there_is_reported_with_its_address()
    {
        CommandResult result = await InstallAsync(Repository.PathOf("scripts/install-zig.sh"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"cannot download {_server.Url.TrimEnd('/')}{Archive}", result.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> InstallAsync(string script) => Command.RunAsync(script, [Target, _server.Url.TrimEnd('/')]);

    private async Task PublishAsync()
    {
        CommandResult packed = await Command.RunAsync(
            "sh",
            ["-c", "mkdir zig-any && echo '#!/bin/sh' > zig-any/zig && tar -cJf zig.tar.xz zig-any"],
            workingDirectory: _directory.Path);
        Assert.Equal((0, ""), (packed.ExitCode, packed.Error));
        _archive = await File.ReadAllBytesAsync(Path.Combine(_directory.Path, "zig.tar.xz"));
    }

    private async Task AnswerAsync(HttpResponse response)
    {
        byte[]? body = _server.Path == Archive ? _archive : null;
        response.StatusCode = body is null ? 404 : 200;
        await response.Body.WriteAsync(body ?? []);
    }
}
