using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Browser.Tests;

/// <summary>
/// A page of another origin listens to a function: the template and the page of docs/recipes.md, in a browser, against the emulator.
/// </summary>
public sealed partial class EventSourceTests : IDisposable
{
    private const string FunctionUrl = "https://YOUR-URL.lambda-url.REGION.on.aws/", AllowedInRecipe = "https://www.example.com";

    private static readonly string Recipe = Repository.Read("docs/recipes.md").Split("\n## ").Single(
        part => part.StartsWith("A public URL for a browser's EventSource", StringComparison.Ordinal));

    private readonly TemporaryDirectory _directory = new();
    private readonly Chromium _browser;
    private readonly LoopbackServer _site;
    private string _page = "";

    public EventSourceTests(Chromium browser)
    {
        _browser = browser;
        _site = LoopbackServer.Start(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(_page);
        });
    }

    // The same server: another name is another origin.
    private string Allowed => $"http://127.0.0.1:{_site.Port}";

    private string Other => $"http://localhost:{_site.Port}";

    public void Dispose()
    {
        _site.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_page_that_CORS_lets_in_hears_every_event_once_also_when_the_stream_breaks_off()
    {
        await using RunningEmulator emulator = await StartAsync();
        IPage tab = await _browser.OpenAsync();
        Channel<string> said = Listen(tab);

        await tab.GotoAsync(Allowed);

        List<string> heard = [];
        while (heard.Count < 5)
            heard.Add(await said.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step));
        Assert.Equal(["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"], heard);
        // The event 'done' closes it: 2 is CLOSED.
        await tab.WaitForFunctionAsync("source.readyState === 2");
        await emulator.Program.WaitForOutputAsync(@"(?s)REPORT .*REPORT ");
        await tab.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_page_of_another_origin_hears_nothing()
    {
        await using RunningEmulator emulator = await StartAsync();
        IPage tab = await _browser.OpenAsync();
        Channel<string> said = Listen(tab);

        await tab.GotoAsync(Other);

        // A refused EventSource is closed for good.
        await tab.WaitForFunctionAsync("source.readyState === 2");
        string refusal = await said.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);
        Assert.Contains(
            $"from origin '{Other}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header", refusal, StringComparison.Ordinal);
        await tab.Context.DisposeAsync();
    }

    private async Task<RunningEmulator> StartAsync()
    {
        string template = Path.Combine(_directory.Path, "template.yaml");
        await File.WriteAllTextAsync(
            template, $"Resources:\n{Block("yaml").Replace(AllowedInRecipe, Allowed, StringComparison.Ordinal)}");
        RunningEmulator emulator = await RunningEmulator.StartAsync(
            ["--port", "0", "--no-page", "--template", template, "--bootstrap", BuiltPrograms.In("EventSourceFunction", "bootstrap")]);
        string script = Block("js").Replace(FunctionUrl, emulator.Http.BaseAddress!.AbsoluteUri, StringComparison.Ordinal);
        _page = $"<!doctype html><title>a page</title><link rel=icon href=data:,><script>{script}</script>";
        return emulator;
    }

    /// <summary>What the page and the browser say in the console.</summary>
    private static Channel<string> Listen(IPage tab)
    {
        var said = Channel.CreateUnbounded<string>();
        tab.Console += (_, message) => said.Writer.TryWrite(message.Text);
        return said;
    }

    private static string Block(string language) =>
        Assert.Single(Blocks().Matches(Recipe), match => match.Groups["language"].Value == language).Groups["code"].Value;

    [GeneratedRegex("^```(?<language>\\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
