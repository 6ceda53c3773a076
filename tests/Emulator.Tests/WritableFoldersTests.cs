using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Where a function may write. /var/tmp is a folder where everybody may on this machine, and nobody on Lambda.</summary>
public sealed class WritableFoldersTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory($"/var/tmp/streaming-lambda-{Guid.NewGuid():N}").FullName;

    private string Elsewhere => Path.Combine(_folder, "file");

    [Fact]
    public async Task It_writes_in_tmp_and_nowhere_else()
    {
        Assert.SkipUnless(WritableFolders.CanBeEnforced, "This system has no Landlock.");
        await File.WriteAllTextAsync(Elsewhere, "as it was", TestContext.Current.CancellationToken);

        string said = await RunAsync(isLifted: false);

        Assert.Contains("[test] write: no", said, StringComparison.Ordinal);
        Assert.Contains("[test] remove: no", said, StringComparison.Ordinal);
        Assert.Contains("[test] make: no", said, StringComparison.Ordinal);
        Assert.Contains("[test] tmp: yes", said, StringComparison.Ordinal);
        Assert.Contains("[test] move within tmp: yes", said, StringComparison.Ordinal);
        Assert.Contains("[test] null: yes", said, StringComparison.Ordinal);
        Assert.Equal("as it was", await File.ReadAllTextAsync(Elsewhere, TestContext.Current.CancellationToken));
        // The emulator itself, and what starts next, is as free as before.
        await File.WriteAllTextAsync(Elsewhere, "changed", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Lifted_it_writes_where_the_developer_may()
    {
        string said = await RunAsync(isLifted: true);

        Assert.Contains("[test] write: yes", said, StringComparison.Ordinal);
        Assert.Contains("[test] make: yes", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> RunAsync(bool isLifted)
    {
        using var script = new ScriptBootstrap($$"""
            try() { if eval "$2" 2> /dev/null; then echo "$1: yes"; else echo "$1: no"; fi; }
            try write 'echo x > "{{Elsewhere}}"'
            try remove 'rm "{{Elsewhere}}"'
            try make 'mkdir "{{_folder}}/new"'
            here=$(mktemp -d)
            try tmp 'mkdir "$here/a" "$here/b" && echo x > "$here/a/file"'
            try 'move within tmp' 'mv "$here/a/file" "$here/b/file"'
            try null 'echo x > /dev/null'
            rm -rf "$here"
            exit 1
            """);
        await using TestEmulator emulator = await TestEmulator.StartAsync(script.Settings with { WritesAnywhere = isLifted });
        using HttpResponseMessage response = await emulator.SendAsync("{}");
        await emulator.Console.LineAsync("REPORT");
        return string.Join('\n', emulator.Console.Lines);
    }
}
