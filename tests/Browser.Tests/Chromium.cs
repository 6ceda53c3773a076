using Microsoft.Playwright;
using StreamingLambda.Browser.Tests;
using StreamingLambda.Tests.Shared;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace StreamingLambda.Browser.Tests;

/// <summary>The machine's own Chromium, without a window. Where there is none, the tests are skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        string? path = Names.SelectMany(name => Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        if (path is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            // In a container everything runs as root, which Chromium's sandbox refuses; and a name that points to this machine, as an attacker's may.
            Args = ["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
        });
    }

    /// <summary>A tab of its own, as if in another browser.</summary>
    public async Task<IPage> OpenAsync(int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        if (_browser is null)
            Assert.Skip($"There is none of {string.Join(", ", Names)} here. On Debian: apt-get install chromium");
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        Assertions.SetDefaultExpectTimeout((float)Limits.Step.TotalMilliseconds);
        context.SetDefaultTimeout((float)Limits.Step.TotalMilliseconds);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
