namespace StreamingLambda.Emulator.Tests;

/// <summary>A bootstrap that a build is just writing.</summary>
public sealed class RebuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emulator-test-").FullName;

    public RebuildTests()
    {
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(TestEmulator.BootstrapPath)!))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Bootstrap => Path.Combine(_folder, "bootstrap");

    [Fact]
    public async Task A_bootstrap_that_is_open_for_writing_is_waited_for()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { BootstrapPath = Bootstrap });
        Task<HttpResponseMessage> invocation;
        await using (new FileStream(Bootstrap, FileMode.Open, FileAccess.ReadWrite))
        {
            invocation = emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
            await emulator.Console.LineAsync("is still being written");
        }
        using HttpResponseMessage response = await invocation;

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_bootstrap_of_which_only_the_beginning_is_there_is_waited_for()
    {
        byte[] complete = await File.ReadAllBytesAsync(Bootstrap, Token);
        await File.WriteAllBytesAsync(Bootstrap, complete[..16], Token);
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { BootstrapPath = Bootstrap });
        Task<HttpResponseMessage> invocation = emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
        await emulator.Console.LineAsync("is still being written");
        await File.WriteAllBytesAsync(Bootstrap, complete, Token);
        using HttpResponseMessage response = await invocation;

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
