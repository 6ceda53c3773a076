using System.Net;
using System.Net.Sockets;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Where the emulator listens, and where it cannot.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task More_functions_than_ports_are_refused_with_a_sentence()
    {
        ConfigurationException refusal = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(IPAddress.Loopback, 65535, "one", "two"));

        Assert.StartsWith("There is no room for 2 functions from port 65535 on", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused_with_a_sentence()
    {
        // Reserved for documentation: nobody's.
        ConfigurationException refusal = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(IPAddress.Parse("192.0.2.1"), 0, "one"));

        Assert.StartsWith("Cannot listen on 192.0.2.1, port 0: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Leave --bind out", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Localhost_may_mean_either_loopback_address()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.Client.GetAsync(new Uri($"http://[::1]:{emulator.Port}/"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static Task<EmulatorHost> StartAsync(IPAddress address, int port, params string[] names) => EmulatorHost.StartAsync(
        [.. names.Select(name => TestEmulator.Settings with { Name = name })],
        address,
        port,
        new EmulatorConsole(TextWriter.Null),
        TimeProvider.System);
}
