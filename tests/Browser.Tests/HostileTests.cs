using System.Net;
using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace StreamingLambda.Browser.Tests;

/// <summary>What functions send is text, and other web pages are kept out: as a real browser has it.</summary>
public sealed class HostileTests(Chromium browser)
{
    private const string Markup = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=2</script>";

    [Fact]
    public async Task What_a_function_sends_becomes_text_and_never_markup()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        string prelude = EmulatorPage.Prelude("text/html", $",\"x-own\":\"{Markup.Replace("\"", "'", StringComparison.Ordinal)}\"");
        await page.CallAsync(
            "/%3Cimg%20src=x%3E?<b>",
            EmulatorPage.Head,
            ["chunk", prelude],
            ["print", Markup + "\u202egnp.exe"],
            ["chunk", Markup, "\u202egnp.exe\u0007"],
            ["end"]);
        await page.EndedAsync();
        await Expect(page.Tab.Locator(".logline", new PageLocatorOptions { HasText = Markup + "\\u202egnp.exe" })).ToHaveCountAsync(1);
        foreach (string name in new[] { "Response", "Headers", "Event", "Report", "Waterfall" })
        {
            await page.Tab.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = name }).ClickAsync();
            Assert.Equal(0, await page.Tab.Locator("img[src=x], main script, main b").CountAsync());
        }
        await page.Chunks.First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Tab.Locator(".peeked")).ToHaveCountAsync(1);

        Assert.True(await page.Tab.EvaluateAsync<bool>("window.pwned === undefined"));
        Assert.DoesNotContain('\u202e', await page.Tab.InnerTextAsync("body"));
    }

    [Fact]
    public async Task A_response_that_cannot_be_handed_on_says_why()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await page.CallAsync(
            "/", EmulatorPage.Head, ["chunk", EmulatorPage.Prelude("text/plain", ",\"x <b>\":\"1\"")], ["chunk", "unseen"], ["end"]);

        await Expect(page.Badge).ToHaveTextAsync("502");
        await Expect(page.Tab.Locator(".failure")).ToContainTextAsync("502 instead of this response");
        await Expect(page.Tab.Locator(".failure")).ToContainTextAsync("x <b>");
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    public async Task A_page_of_another_origin_reads_nothing_and_calls_nothing(string host)
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await using EvilSite site = EvilSite.Start();
        IPage evil = await browser.OpenAsync();
        await evil.GotoAsync($"http://{host}:{site.Port}/");
        string seen = await evil.EvaluateAsync<string>(
            """
            async page => {
              const tried = [];
              const attempt = async (name, action) => {
                try { tried.push(`${name} ${await action()}`); } catch (e) { tried.push(`${name} failed`); }
              };
              const json = { method: 'POST', body: '{"path":"/"}', headers: { 'content-type': 'application/json' } };
              await attempt('read', async () => (await fetch(page + 'api/functions')).status);
              await attempt('call', async () => (await fetch(page + 'api/calls', json)).status);
              await attempt('blind', async () => (await fetch(page + 'api/calls', { method: 'POST', body: '{"path":"/"}', mode: 'no-cors' })).type);
              await attempt('feed', () => new Promise((read, fail) => {
                const source = new EventSource(page + 'api/feed');
                source.onopen = () => read('open');
                source.onerror = () => { source.close(); fail(); };
              }));
              await attempt('script', () => new Promise((read, fail) => {
                const script = document.createElement('script');
                script.src = page + 'app.js';
                script.onload = () => read('loaded');
                script.onerror = fail;
                document.head.append(script);
              }));
              return tried.join(', ');
            }
            """,
            page.Url.AbsoluteUri);
        Assert.Equal("read failed, call failed, blind failed, feed failed, script failed", seen);

        await evil.SetContentAsync(
            $"<form method=post enctype=text/plain action='{page.Url}api/calls'>"
                + "<input name='{\"path\":\"/' value='\"}'><button>Go</button></form>");
        IResponse answer = await evil.RunAndWaitForResponseAsync(
            () => evil.ClickAsync("button"), response => response.Url.Contains("/api/calls", StringComparison.Ordinal));
        Assert.Equal(403, answer.Status);
        Assert.Equal("{\"invocations\":[]}", await InvocationsAsync(page));
        Assert.DoesNotContain("[StreamingNumbers] pid", page.Emulator.Program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_made_to_point_here_does_not_get_the_page()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        IPage evil = await browser.OpenAsync();
        foreach (string path in new[] { "", "api/functions" })
        {
            IResponse? answer = await evil.GotoAsync($"http://evil.example:{page.Url.Port}/{path}");
            Assert.Equal(403, answer!.Status);
            Assert.Contains("does not answer to the name 'evil.example'", await answer.TextAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task<string> InvocationsAsync(EmulatorPage page)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return await client.GetStringAsync(new Uri(page.Url, "api/invocations"));
    }

    /// <summary>A web server of somebody else's.</summary>
    private sealed class EvilSite : IAsyncDisposable
    {
        private readonly System.Net.Sockets.TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private Task _serving = Task.CompletedTask;

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public static EvilSite Start()
        {
            var site = new EvilSite();
            site._listener.Start();
            site._serving = site.ServeAsync();
            return site;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _serving;
            _stop.Dispose();
        }

        private async Task ServeAsync()
        {
            byte[] answer = Encoding.ASCII.GetBytes(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\nevil");
            try
            {
                while (true)
                {
                    using System.Net.Sockets.TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    byte[] request = new byte[16 * 1024];
                    _ = await client.GetStream().ReadAsync(request, _stop.Token);
                    await client.GetStream().WriteAsync(answer, _stop.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The test is over, or the browser opened a connection and did not use it.
            }
        }
    }
}
