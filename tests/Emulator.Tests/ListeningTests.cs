using System.Net;
using System.Net.Sockets;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Where the emulator listens, and what it says where it cannot.</summary>
public sealed class ListeningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ports_beyond_the_last_one_are_refused() =>
        Assert.Equal(
            "2 functions need ports 65535 to 65536, and 65535 is the last one. Choose a lower --port, or --port 0 for any free ones.",
            await RefusalAsync(IPAddress.Loopback, 65535, TestEmulator.Settings, TestEmulator.Settings with { Name = "second" }));

    [Fact]
    public async Task An_address_of_another_machine_is_refused() =>
        Assert.StartsWith(
            "Cannot listen on 192.0.2.1: ", await RefusalAsync(IPAddress.Parse("192.0.2.1"), 0, TestEmulator.Settings), StringComparison.Ordinal);

    [Fact]
    public async Task Localhost_is_reached_by_both_of_its_addresses()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        int port = FreePort();
        await using var console = new ConsoleCapture();
        await using EmulatorHost host = await EmulatorHost.StartAsync(
            [TestEmulator.Settings], IPAddress.Loopback, port, new EmulatorConsole(console), TimeProvider.System);
        using var client = new HttpClient { Timeout = TestEmulator.Patience };

        Assert.Equal([port], host.Ports);
        foreach (string name in new[] { "127.0.0.1", "[::1]", "localhost" })
            Assert.Contains("rawPath", await client.GetStringAsync(new Uri($"http://{name}:{port}/"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_URL_the_Lambda_API_is_served_and_nothing_else()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { Name = "first", HasUrl = false }, TestEmulator.Settings with { Name = "second", HasUrl = false });
        using HttpResponseMessage invoked = await SdkSigner.PostAsync(
            emulator, "2015-03-31/functions/second/invocations", [], TestEmulator.Script(["head"], ["chunk", "fine"], ["end"]));
        using HttpResponseMessage called = await emulator.Client.GetAsync(new Uri("", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.OK, invoked.StatusCode);
        Assert.Contains("fine", await invoked.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, called.StatusCode);
        Assert.Contains("No function here has a URL.", await called.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_is_built_later_runs_then()
    {
        string folder = Directory.CreateTempSubdirectory("emulator-late-").FullName;
        try
        {
            await using TestEmulator emulator = await TestEmulator.StartAsync(
                TestEmulator.Settings with { BootstrapPath = Path.Combine(folder, "bootstrap") });
            using HttpResponseMessage before = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(TestEmulator.BootstrapPath)!))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            using HttpResponseMessage after = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

            Assert.Equal(HttpStatusCode.BadGateway, before.StatusCode);
            Assert.Equal("fine", await after.Content.ReadAsStringAsync(Token));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RefusalAsync(IPAddress address, int port, params FunctionSettings[] functions)
    {
        await using var console = new ConsoleCapture();
        return (await Assert.ThrowsAsync<ConfigurationException>(
            () => EmulatorHost.StartAsync(functions, address, port, new EmulatorConsole(console), TimeProvider.System))).Message;
    }

    // Another program may take it in between; a port of the system's choice is never shared with the other address.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
