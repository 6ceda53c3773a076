using System.Text;
using StreamingLambda.Emulator.Page.Exports;
using StreamingLambda.Tests.Shared;
using Xunit.Sdk;

namespace StreamingLambda.Emulator.Tests;

/// <summary>What the page exports as a test is one: it compiles as it is, passes with the handler that was called, and fails with another
/// answer.</summary>
public sealed class ExportedTestTests
{
    [Theory]
    [InlineData("SendNumbersWithPause", """{"path":"/a%20b?count=2&pauseMs=0","headers":[["x-own","\"é\\"],["cookie","a=1; b=2"]]}""")]
    [InlineData("SendNumbersWithPause", """{"path":"/?count=nothing","method":"PUT","body":"a \"body\"\n"}""")]
    [InlineData("SendNumbersWithPause", """{"event":{"an":"event","of":"no { } request"}}""")]
    [InlineData("ConditionalStreamingHandler", """{"path":"/?scenario=unavailable","body":"{}"}""")]
    [InlineData("ConditionalStreamingHandler", """{"path":"/?scenario=throw"}""")]
    public async Task It_passes_with_the_handler_that_was_called(string handler, string call)
    {
        await using TestEmulator emulator = await StartAsync(handler);
        using var page = new PageClient(emulator.Page);

        await ExportedTest.RunAsync(await ExportAsync(page, call));
    }

    [Fact]
    public async Task The_event_of_a_rest_api_stays_one()
    {
        await using TestEmulator emulator = await StartAsync("SendNumbersWithPause");
        using var page = new PageClient(emulator.Page);

        string test = await ExportAsync(page, """
            {"event":{"httpMethod":"GET","resource":"/numbers","path":"/numbers","requestContext":{"path":"/prod/numbers"},
                "multiValueQueryStringParameters":{"count":["2"],"pauseMs":["0"]}}}
            """);

        Assert.Contains("httpMethod", test, StringComparison.Ordinal);
        Assert.Contains("Number: 2", test, StringComparison.Ordinal);
        await ExportedTest.RunAsync(test);
    }

    [Fact]
    public async Task It_fails_where_the_answer_is_another()
    {
        await using TestEmulator emulator = await StartAsync("SendNumbersWithPause");
        using var page = new PageClient(emulator.Page);
        string test = await ExportAsync(page, """{"path":"/?count=1&pauseMs=0"}""");

        foreach ((string said, string changed) in ((string, string)[])[("200", "201"), ("Number: 1", "Number: 7"), ("count=1", "count=2")])
        {
            Assert.Contains(said, test, StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<XunitException>(
                () => ExportedTest.RunAsync(test.Replace(said, changed, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("""{"version":"2.0","rawPath":"/a;b","requestContext":{"http":{"method":"GET() { } int x"}}}""", "text")]
    [InlineData(
        """{"version":"2.0","rawPath":"/\"); Environment.Exit(1); (\"","requestContext":{"http":{"method":"POST"}},"body":"\u2028\\"}""",
        "\\\"\u2028")]
    [InlineData(
        """{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"PATCH"}},"body":"/v8=","isBase64Encoded":true}""",
        "\0\ud83d\ude00")]
    [InlineData("\"*/ }\"", "")]
    public void It_compiles_whatever_event_and_response_say(string json, string body)
    {
        foreach (byte[] bytes in (byte[][])[Encoding.UTF8.GetBytes(body), [0xff, .. Encoding.UTF8.GetBytes(body)]])
        {
            ExportedTest.Compile(TestExport.Of("my.handler", Encoding.UTF8.GetBytes(json), status: 200, bytes, isWhole: true, errorType: null));
            ExportedTest.Compile(TestExport.Of("", Encoding.UTF8.GetBytes(json), status: null, bytes, isWhole: false, errorType: $"My.\"{body}"));
        }
    }

    private static Task<TestEmulator> StartAsync(string handler) =>
        TestEmulator.StartAsync(TestEmulator.Settings with { BootstrapPath = BuiltPrograms.Bootstrap, Handler = handler });

    private static async Task<string> ExportAsync(PageClient page, string call)
    {
        string id = (await page.PostAsync("/api/calls", call)).GetProperty("id").GetString()!;
        await page.EndedAsync(id);
        return await page.TextAsync($"/api/invocations/{id}/test");
    }
}
