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

    [Fact]
    public async Task A_library_that_a_build_has_yet_to_copy_is_waited_for()
    {
        string library = Path.Combine(_folder, "bootstrap.dll");
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { BootstrapPath = Bootstrap });
        byte[] complete = await File.ReadAllBytesAsync(library, Token);
        File.Delete(library);
        Task<HttpResponseMessage> invocation = emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
        await emulator.Console.LineAsync("is not complete: a build may be writing it");
        await File.WriteAllBytesAsync(library, complete, Token);
        using HttpResponseMessage response = await invocation;

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task An_executable_that_is_taken_away_for_a_moment_is_waited_for()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { BootstrapPath = Bootstrap });
        string aside = Bootstrap + ".new";
        File.Move(Bootstrap, aside);
        Task<HttpResponseMessage> invocation = emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
        await emulator.Console.LineAsync("is not complete: a build may be writing it");
        File.Move(aside, Bootstrap);
        using HttpResponseMessage response = await invocation;

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Code_that_is_replaced_while_its_process_starts_is_started_again()
    {
        string ready = Path.Combine(_folder, "ready");
        // Fails as what is half there does, once the other one is in its place.
        using var half = new ScriptBootstrap($"echo started; while ! [ -f '{ready}' ]; do sleep 0.05; done; exit 154");
        using var whole = new ScriptBootstrap($"exec '{Bootstrap}'");
        await using TestEmulator emulator = await TestEmulator.StartAsync(half.Settings);
        Task<HttpResponseMessage> invocation = emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
        await emulator.Console.LineAsync("started");
        File.Move(whole.Path, half.Path, overwrite: true);
        await File.WriteAllTextAsync(ready, "", Token);
        using HttpResponseMessage response = await invocation;

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
