using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using StreamingLambda.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace StreamingLambda.Browser.Tests;

/// <summary>The emulator as a process, with the test bootstrap in it, and its page in a tab.</summary>
internal sealed class EmulatorPage : IAsyncDisposable
{
    /// <summary>What begins a response with status and headers.</summary>
    public static readonly string[] Head =
        ["head", "Lambda-Runtime-Function-Response-Mode: streaming", "Content-Type: application/vnd.awslambda.http-integration-response"];

    private EmulatorPage(RunningEmulator emulator, Uri url, IPage tab)
    {
        Emulator = emulator;
        Url = url;
        Tab = tab;
    }

    public RunningEmulator Emulator { get; }

    public Uri Url { get; }

    public IPage Tab { get; }

    public ILocator Rows => Tab.GetByRole(AriaRole.Listbox, new PageGetByRoleOptions { Name = "Invocations" }).GetByRole(AriaRole.Option);

    public ILocator Chunks => Tab.Locator(".waterfall tr.chunk");

    public ILocator Badge => Tab.Locator("#detail .badge");

    public static async Task<EmulatorPage> StartAsync(
        Chromium browser, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, string auth = "AWS_IAM",
        string? template = null)
    {
        IPage tab = await browser.OpenAsync(width, height, scheme);
        string[] what = template is null ? ["--function", "StreamingNumbers"] : ["--template", template];
        RunningEmulator emulator = await RunningEmulator.StartAsync(
            ["--port", "0", "--auth", auth, "--bootstrap", BuiltPrograms.TestBootstrap, .. what]);
        string url = (await emulator.Program.WaitForOutputAsync(@"chunk by chunk: (http://\S+)")).Groups[1].Value;
        await tab.GotoAsync(url);
        await Expect(tab.GetByText("Live", new PageGetByTextOptions { Exact = true })).ToBeVisibleAsync();
        return new EmulatorPage(emulator, new Uri(url), tab);
    }

    /// <summary>The prelude as a chunk, and its end.</summary>
    public static string Prelude(string contentType, string more = "") =>
        $$$"""{"statusCode":200,"headers":{"content-type":"{{{contentType}}}"{{{more}}}}}\0\0\0\0\0\0\0\0""";

    /// <summary>Fills the form in and sends it, as somebody at the keyboard does.</summary>
    public async Task CallAsync(string path, params string[][] steps)
    {
        await Tab.GetByLabel("Method").SelectOptionAsync("POST");
        await Tab.GetByLabel("Path and query").FillAsync(path);
        await Tab.GetByLabel("Headers, one a line").FillAsync("content-type: application/json");
        await Tab.GetByLabel("Body").FillAsync(Script(steps));
        await Tab.GetByLabel("Body").PressAsync("Control+Enter");
    }

    /// <summary>Waits until the invocation that is shown has ended well.</summary>
    public Task EndedAsync() => Expect(Badge).ToHaveTextAsync("200");

    public async ValueTask DisposeAsync()
    {
        await Tab.Context.DisposeAsync();
        await Emulator.DisposeAsync();
    }

    private static string Script(string[][] steps)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("steps");
            foreach (string[] step in steps)
            {
                json.WriteStartArray();
                foreach (string argument in step)
                    json.WriteStringValue(argument);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
