using System.Net;
using System.Net.Sockets;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Who gets to the emulator's page, and what does not.</summary>
public sealed class PageGuardTests
{
    private static readonly string[] Paths = ["/", "/api/functions", "/api/feed", "/api/invocations", "/api/invocations/latest/feed"];

    [Theory]
    [InlineData("Host: evil.example")]
    [InlineData("Host: localhost.evil.example")]
    [InlineData("Host: 8.8.8.8")]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe")]
    public async Task A_foreign_page_reads_nothing_and_calls_nothing(string header)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        foreach (string path in Paths)
            Assert.Equal(403, (await SendAsync(emulator, $"GET {path}", [header])).Status);
        foreach (string path in new[] { "/api/calls", "/api/invocations/latest/replay" })
            Assert.Equal(403, (await SendAsync(emulator, $"POST {path}", [header, "Content-Type: application/json"], "{}")).Status);
        Assert.Equal(403, (await SendAsync(emulator, "DELETE /api/invocations", [header, "Content-Type: application/json"])).Status);
        Assert.DoesNotContain(emulator.Console.Lines, line => line.StartsWith("[test] pid", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("")]
    public async Task What_a_form_could_send_calls_nothing_even_without_an_origin(string contentType)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        RawAnswer answer = await SendAsync(emulator, "POST /api/calls", [$"Content-Type: {contentType}"], "{}");

        Assert.Equal(415, answer.Status);
        Assert.Contains("wants 'Content-Type: application/json'", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(emulator.Console.Lines, line => line.StartsWith("[test] pid", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Programs_and_the_page_itself_get_in()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        string own = $"127.0.0.1:{emulator.Page.Port}";
        string[][] served =
        [
            [], [$"Host: localhost:{emulator.Page.Port}"], [$"Host: [::1]:{emulator.Page.Port}"],
            [$"Host: {own}", $"Origin: http://{own}", "Sec-Fetch-Site: same-origin"], ["Sec-Fetch-Site: none"],
        ];
        foreach (string[] headers in served)
            Assert.Equal(200, (await SendAsync(emulator, "GET /api/functions", headers)).Status);
    }

    [Fact]
    public async Task A_link_leads_to_the_page_and_the_page_stands_in_no_frame()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        RawAnswer page = await SendAsync(
            emulator, "GET /", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"]);

        Assert.Equal(200, page.Status);
        string policy = Assert.Single(page.Values("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Empty(page.Values("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task No_path_of_a_functions_own_is_taken()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();

        using System.Text.Json.JsonDocument seen = await emulator.EchoAsync("api/functions");
        Assert.Equal("/api/functions", seen.RootElement.GetProperty("event").GetProperty("rawPath").GetString());
    }

    [Fact]
    public async Task There_is_no_page_where_nobody_wants_one()
    {
        EmulatorHost host = await EmulatorHost.StartAsync(
            [TestEmulator.Settings with { Doors = new DoorSettings { HasPage = false } }],
            IPAddress.Loopback,
            0,
            new EmulatorConsole(TextWriter.Null),
            TimeProvider.System);
        await using (host)
            Assert.Null(host.Page);
    }

    [Fact]
    public async Task The_page_stays_on_this_machine_where_the_functions_do_not()
    {
        await using EmulatorHost host = await EmulatorHost.StartAsync(
            [TestEmulator.Settings], IPAddress.Any, 0, new EmulatorConsole(TextWriter.Null), TimeProvider.System);
        IPAddress? other = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), AddressFamily.InterNetwork))
            .FirstOrDefault(address => !IPAddress.IsLoopback(address));
        Assert.SkipWhen(other is null, "This machine has no address but loopback.");

        using var function = new TcpClient();
        await function.ConnectAsync(other, host.Ports[0]);
        using var page = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => page.ConnectAsync(other, host.Page!.Port));
    }

    [Fact]
    public async Task A_page_whose_port_is_taken_has_another_one()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        EmulatorHost host;
        try
        {
            host = await EmulatorHost.StartAsync(
                [TestEmulator.Settings], IPAddress.Loopback, port + 1, new EmulatorConsole(TextWriter.Null), TimeProvider.System);
        }
        catch (ConfigurationException)
        {
            Assert.Skip("The port above is taken, too.");
            return;
        }
        await using (host)
        {
            Assert.NotEqual(port, host.Page!.Port);
            using var client = new HttpClient();
            Assert.Contains("Local Lambda", await client.GetStringAsync(host.Page), StringComparison.Ordinal);
        }
    }

    private static Task<RawAnswer> SendAsync(TestEmulator emulator, string request, string[] headers, string body = "") =>
        RawClient.SendAsync(emulator.Page.Port, $"{request} HTTP/1.1", headers, body);
}
