using Microsoft.Playwright;
using StreamingLambda.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace StreamingLambda.Browser.Tests;

/// <summary>What a developer does with the emulator's page.</summary>
public sealed class LiveTests(Chromium browser)
{
    private const string Events = "text/event-stream";

    /// <summary>Set, the picture in the README is taken anew.</summary>
    private const string Accept = "STREAMING_LAMBDA_ACCEPT_SCREENSHOT";

    [Fact]
    public async Task Calls_a_function_and_shows_each_chunk_and_log_line_as_it_comes()
    {
        using var pause = new Pause();
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await page.CallAsync(
            "/orders?a=b",
            EmulatorPage.Head,
            ["chunk", EmulatorPage.Prelude("text/plain")],
            ["print", "the first part follows"],
            ["chunk", "first part"],
            pause.Step,
            ["chunk", "second part"],
            ["end"]);
        await pause.ReachedAsync();

        await Expect(page.Chunks.Filter(new LocatorFilterOptions { HasText = "first part" })).ToHaveCountAsync(1);
        await Expect(page.Tab.Locator(".logline", new PageLocatorOptions { HasText = "the first part follows" })).ToHaveCountAsync(1);
        await Expect(page.Badge).ToHaveTextAsync("responding");
        await Expect(page.Chunks.Filter(new LocatorFilterOptions { HasText = "second part" })).ToHaveCountAsync(0);
        pause.End();
        await Expect(page.Chunks.Filter(new LocatorFilterOptions { HasText = "second part" })).ToHaveCountAsync(1);
        await page.EndedAsync();
        await Expect(page.Tab.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "POST /orders?a=b" })).ToBeVisibleAsync();
        await Expect(page.Tab.Locator(".logline", new PageLocatorOptions { HasText = "REPORT RequestId" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Shows_calls_that_came_from_elsewhere()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser, auth: "NONE");
        (_, string body) = await page.Emulator.GetTextAsync("/from/elsewhere");

        Assert.Contains("rawPath", body, StringComparison.Ordinal);
        await Expect(page.Rows.Filter(new LocatorFilterOptions { HasText = "GET /from/elsewhere" })).ToHaveCountAsync(1);
        await page.EndedAsync();
    }

    [Fact]
    public async Task Replays_an_invocation_and_compares_the_two()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await page.CallAsync("/", EmulatorPage.Head, ["chunk", EmulatorPage.Prelude("text/plain")], ["chunk", "the same"], ["end"]);
        await page.EndedAsync();
        await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Replay" }).ClickAsync();
        await Expect(page.Rows).ToHaveCountAsync(2);
        await Expect(page.Tab.Locator("#detail .facts")).ToContainTextAsync("replay");
        await page.EndedAsync();
        ILocator others = page.Tab.GetByLabel("Compare with");
        await others.FocusAsync();
        await others.SelectOptionAsync(new SelectOptionValue { Index = 1 });

        await Expect(page.Tab.GetByText("Both sent the same bytes.")).ToBeVisibleAsync();
        await Expect(page.Tab.Locator("#detail svg")).ToHaveCountAsync(2);
        await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Close the comparison" }).ClickAsync();
        await page.EndedAsync();
    }

    [Fact]
    public async Task Shows_events_and_lines_of_JSON_as_what_they_are()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await page.CallAsync(
            "/",
            EmulatorPage.Head,
            ["chunk", EmulatorPage.Prelude(Events)],
            ["chunk", "event: token\nid: 7\ndata: {\"a\":1}\n\nda", "ta: plain\n\n"],
            ["end"]);
        await page.EndedAsync();
        await page.Tab.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = "Response" }).ClickAsync();
        ILocator items = page.Tab.Locator(".items li");
        await Expect(items).ToHaveCountAsync(2);
        await Expect(items.Nth(0)).ToContainTextAsync("token");
        await Expect(items.Nth(0)).ToContainTextAsync("\"a\": 1");
        await Expect(items.Nth(1)).ToContainTextAsync("message");

        await page.CallAsync(
            "/", EmulatorPage.Head, ["chunk", EmulatorPage.Prelude("application/x-ndjson")], ["chunk", "{\"b\":2}\nno json\n"], ["end"]);
        await Expect(page.Rows).ToHaveCountAsync(2);
        await Expect(items.Nth(0)).ToContainTextAsync("\"b\": 2");
        await Expect(items.Nth(1)).ToContainTextAsync("no JSON");
    }

    [Fact]
    public async Task Copies_curl_and_a_test()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await page.CallAsync("/x", EmulatorPage.Head, ["chunk", EmulatorPage.Prelude("text/plain")], ["chunk", "done"], ["end"]);
        await page.EndedAsync();
        foreach ((string button, string text) in new[] { ("Copy curl", "--aws-sigv4 aws:amz:"), ("Copy test", "public async Task Answers_POST_x()") })
        {
            await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = button }).ClickAsync();
            await Expect(page.Tab.Locator("#said")).ToContainTextAsync(button == "Copy curl" ? "The curl line is copied" : "The test is copied");
            Assert.Contains(text, await page.Tab.EvaluateAsync<string>("navigator.clipboard.readText()"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Saves_a_call_as_an_example_and_makes_it_again()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        page.Tab.Dialog += (_, dialog) => dialog.AcceptAsync("my example");
        await page.Tab.GetByLabel("Path and query").FillAsync("/saved");
        await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save" }).ClickAsync();
        await page.Tab.ReloadAsync();
        await Expect(page.Tab.GetByLabel("Path and query")).ToHaveValueAsync("/");
        await page.Tab.GetByLabel("Saved examples").SelectOptionAsync("my example");
        await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Call" }).ClickAsync();

        await Expect(page.Rows.Filter(new LocatorFilterOptions { HasText = "GET /saved" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Calls_a_route_of_an_API_and_saves_that_call()
    {
        using var directory = new TemporaryDirectory();
        string template = Path.Combine(directory.Path, "template.yaml");
        await File.WriteAllTextAsync(template, """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Orders:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: provided.al2023
                  Handler: orders
                  Events:
                    Any:
                      Type: Api
                      Properties: { Path: '/orders/{id}', Method: any }
            """);
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser, auth: "NONE", template: template);
        page.Tab.Dialog += (_, dialog) => dialog.AcceptAsync("my order");
        await page.Tab.GetByLabel("Function or API").SelectOptionAsync("REST API ServerlessRestApi");
        await Expect(page.Tab.GetByText("ANY /orders/{id} -> Orders")).ToBeVisibleAsync();
        await Expect(page.Tab.GetByLabel("Event", new PageGetByLabelOptions { Exact = true })).ToBeDisabledAsync();
        await page.CallAsync("/orders/7?a=b", EmulatorPage.Head, ["chunk", """{"statusCode":200,"body":"order 7"}"""], ["end"]);
        await page.EndedAsync();
        await Expect(page.Rows.Filter(new LocatorFilterOptions { HasText = "POST /Prod/orders/7?a=b" })).ToHaveCountAsync(1);

        await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save" }).ClickAsync();
        await page.Tab.ReloadAsync();
        await page.Tab.GetByLabel("Saved examples").SelectOptionAsync("my order");
        await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Call" }).ClickAsync();
        await Expect(page.Rows.Filter(new LocatorFilterOptions { HasText = "POST /Prod/orders/7?a=b" })).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_response_within_the_burst_is_not_said_to_be_held_back()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await page.CallAsync("/", EmulatorPage.Head, ["chunk", EmulatorPage.Prelude("text/plain")], ["fill", "96", "65536"], ["end"]);
        await page.EndedAsync();

        await Expect(page.Tab.Locator(".note")).ToContainTextAsync("% of what Lambda lets through in this time: 6.00 MB at once, then 2.00 MB/s.");
    }

    [Fact]
    public async Task Says_what_is_wrong_with_a_call()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        await page.Tab.GetByLabel("Path and query").FillAsync("no slash");
        await page.Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Call" }).ClickAsync();

        await Expect(page.Tab.GetByRole(AriaRole.Alert)).ToContainTextAsync("The path begins with a slash");
    }

    [Fact]
    public async Task The_list_is_walked_with_the_keyboard()
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser);
        foreach (string path in new[] { "/one", "/two" })
        {
            await page.CallAsync(path, EmulatorPage.Head, ["chunk", EmulatorPage.Prelude("text/plain")], ["chunk", "x"], ["end"]);
            await Expect(page.Tab.Locator("#detail .title")).ToHaveTextAsync($"POST {path}");
            await page.EndedAsync();
        }
        await page.Rows.Nth(0).FocusAsync();
        await page.Tab.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Tab.Locator("#detail .title")).ToHaveTextAsync("POST /one");
        await page.Tab.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = "Waterfall" }).FocusAsync();
        await page.Tab.Keyboard.PressAsync("ArrowRight");

        await Expect(page.Tab.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = "Response" })).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1600, ColorScheme.Light)]
    [InlineData(1600, ColorScheme.Dark)]
    public async Task Nothing_sticks_out_of_the_window(int width, ColorScheme scheme)
    {
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser, width, 800, scheme);
        await page.CallAsync(
            "/" + new string('x', 300), EmulatorPage.Head, ["chunk", EmulatorPage.Prelude("text/plain")], ["chunk", new string('y', 3000)], ["end"]);
        await page.EndedAsync();
        foreach (string name in new[] { "Waterfall", "Response", "Headers", "Event", "Report" })
        {
            await page.Tab.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = name }).ClickAsync();
            Assert.True(await page.Tab.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), $"{name} at {width}");
        }
    }

    [Fact]
    public async Task The_picture_in_the_README_is_taken_here()
    {
        using var pause = new Pause();
        await using EmulatorPage page = await EmulatorPage.StartAsync(browser, 1440, 900);
        string[] words = ["The", "first", "words", "leave", "before", "the", "last", "ones", "are", "known."];
        List<string[]> steps = [EmulatorPage.Head, ["chunk", EmulatorPage.Prelude(Events)], ["print", "asking the model"]];
        foreach ((int index, string word) in words.Index())
        {
            steps.AddRange([pause.Step, ["chunk", $"event: token\ndata: {{\"index\":{index},\"text\":\"{word}\"}}\n\n"]]);
            if (index == 5)
                steps.Add(["print", "the model pauses to think"]);
        }
        await page.CallAsync("/chat", [.. steps, ["end"]]);
        foreach (int milliseconds in new[] { 180, 60, 45, 90, 50, 70, 320, 60, 40, 80 })
        {
            await pause.ReachedAsync();
            // The function's pace, which is what the picture shows.
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
            pause.End();
        }
        await page.EndedAsync();
        await page.Tab.EvaluateAsync("document.activeElement.blur()");
        byte[] picture = await page.Tab.ScreenshotAsync();

        Assert.InRange(picture.Length, 10_000, 200_000);
        if (Environment.GetEnvironmentVariable(Accept) is not null)
            await File.WriteAllBytesAsync(Repository.PathOf("docs/page.png"), picture);
    }
}
