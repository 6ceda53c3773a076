using System.Globalization;
using System.Net;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Who gets in at which door.</summary>
public sealed class CallerTests
{
    private const string InvokeOverApi = "/2015-03-31/functions/test/invocations";
    private static readonly string Ran = TestEmulator.Script(["print", "it ran"], ["head"], ["chunk", "fine"], ["end"]);

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1:1234", true)]
    [InlineData("localhost:7000", true)]
    [InlineData("LOCALHOST.", true)]
    [InlineData("api.localhost:7000", true)]
    [InlineData("[::1]:7000", true)]
    [InlineData("tunnel.example.com", true)]
    [InlineData("evil.example:7000", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("0.0.0.0:7000", false)]
    public async Task A_request_is_served_only_under_a_name_of_this_machine(string host, bool isServed)
    {
        await using TestEmulator emulator = await StartAsync();
        foreach (string path in new[] { "/invoke", "/any", InvokeOverApi })
        {
            string[] headers = [$"Host: {host}", "Content-Type: application/json"];
            RawAnswer answer = await RawClient.SendAsync(emulator.Port, $"POST {path} HTTP/1.1", headers, Ran);
            if (isServed && path == InvokeOverApi)
                Assert.Equal("Missing Authentication Token", Message(answer));
            else if (isServed)
                Assert.Equal("fine", Unchunked(answer));
            else
                Assert.Contains($"with --allow-host {host.Split(':')[0]}", answer.Body, StringComparison.Ordinal);
        }
        Assert.Equal(isServed, emulator.Console.Lines.Contains("[test] it ran"));
    }

    [Theory]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://localhost.evil.example")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Origin: http://localhost:5173\r\nOrigin: https://evil.example")]
    public async Task A_foreign_web_page_runs_nothing_through_any_door(string header)
    {
        await using TestEmulator emulator = await StartAsync();
        foreach (string path in new[] { "/invoke", "/any", InvokeOverApi })
        {
            RawAnswer answer = await RawClient.SendAsync(emulator.Port, $"POST {path} HTTP/1.1", [header, "Content-Type: text/plain"], Ran);
            Assert.Equal(403, answer.Status);
            Assert.Contains("AccessDeniedException", answer.Values("x-amzn-ErrorType"));
            Assert.Contains("A web page of", answer.Body, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("[test] it ran", emulator.Console.Lines);
    }

    [Theory]
    [InlineData("Origin: http://localhost:5173")]
    [InlineData("Origin: http://127.0.0.1:5173\r\nSec-Fetch-Site: cross-site")]
    [InlineData("Origin: https://tunnel.example.com")]
    [InlineData("Sec-Fetch-Site: same-origin")]
    [InlineData("Sec-Fetch-Site: none")]
    public async Task A_page_of_this_machine_may_call(string header)
    {
        await using TestEmulator emulator = await StartAsync();
        foreach (string path in new[] { "/invoke", "/any" })
        {
            string[] headers = [header, "Content-Type: application/json"];
            Assert.Equal("fine", Unchunked(await RawClient.SendAsync(emulator.Port, $"POST {path} HTTP/1.1", headers, Ran)));
        }
    }

    [Fact]
    public async Task A_link_on_a_foreign_page_leads_to_the_function_and_not_to_anything_embedded()
    {
        await using TestEmulator emulator = await StartAsync();
        RawAnswer link = await RawClient.SendAsync(
            emulator.Port, "GET /callback?code=1 HTTP/1.1", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"]);
        RawAnswer frame = await RawClient.SendAsync(
            emulator.Port, "GET /callback HTTP/1.1", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"]);
        RawAnswer form = await RawClient.SendAsync(
            emulator.Port,
            "POST /callback HTTP/1.1",
            ["Origin: https://evil.example", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
            "a=b");

        Assert.Equal([200, 403, 403], [link.Status, frame.Status, form.Status]);
    }

    [Theory]
    [InlineData("POST /INVOKE")]
    [InlineData("POST /%69nvoke")]
    [InlineData("POST /x/../invoke")]
    [InlineData("POST /invoke/")]
    [InlineData("POST /invoke?a=b")]
    [InlineData("POST //invoke")]
    [InlineData("PUT /invoke")]
    public async Task What_only_looks_like_invoke_is_the_functions_own(string request)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { AuthType = AuthType.AwsIam });
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, $"{request} HTTP/1.1", [], Ran);

        Assert.Equal(403, answer.Status);
        Assert.Contains("Forbidden. For troubleshooting Function URL authorization issues", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/_ready-made")]
    [InlineData(null)]
    public async Task The_door_for_ready_made_events_can_be_moved_and_closed(string? path)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { AuthType = AuthType.AwsIam, Doors = new DoorSettings { InvokePath = path } });
        RawAnswer before = await RawClient.SendAsync(emulator.Port, "POST /invoke HTTP/1.1", [], Ran);
        RawAnswer now = await RawClient.SendAsync(emulator.Port, $"POST {path ?? "/none"} HTTP/1.1", [], Ran);

        Assert.Equal(403, before.Status);
        Assert.Equal(path is null ? 403 : 200, now.Status);
    }

    [Theory]
    [InlineData("GET /2015-03-31/functions")]
    [InlineData("GET /2015-03-31/functions/test/configuration")]
    [InlineData("POST /2014-11-13/functions/test/invoke-async/")]
    [InlineData("GET /2018-10-31/layers?a=b")]
    [InlineData("POST /2021-10-31/functions/test/url")]
    public async Task What_the_emulator_does_not_have_of_the_Lambda_API_does_not_run_the_function(string request)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        RawAnswer unsigned = await RawClient.SendAsync(emulator.Port, $"{request} HTTP/1.1", []);
        using HttpResponseMessage signed = await SdkSigner.PostAsync(emulator, "2015-03-31/functions", [], "{}");

        Assert.Equal(403, unsigned.Status);
        Assert.Equal("Missing Authentication Token", Message(unsigned));
        Assert.Equal(HttpStatusCode.NotFound, signed.StatusCode);
        Assert.Equal("UnknownOperationException", Assert.Single(signed.Headers.GetValues("x-amzn-ErrorType")));
        Assert.DoesNotContain(emulator.Console.Lines, line => line.StartsWith("[test] pid", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/2015-03-31/news")]
    [InlineData("/v1/2015-03-31/functions/test/invocations")]
    [InlineData("/functions/test/invocations")]
    public async Task Other_paths_belong_to_the_function(string path)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();

        Assert.Equal("fine", Unchunked(await RawClient.SendAsync(emulator.Port, $"POST {path} HTTP/1.1", ["Content-Type: application/json"], Ran)));
    }

    [Theory]
    [InlineData("CONNECT evil.example:443 HTTP/1.1", "Host: evil.example:443", 403, "evil.example")]
    [InlineData("CONNECT localhost:443 HTTP/1.1", "Host: localhost:443", 405, "The emulator is no proxy")]
    [InlineData("PROPFIND / HTTP/1.1", "Host: localhost", 405, "PROPFIND is not a method that functions are called with")]
    [InlineData("OPTIONS * HTTP/1.1", "Host: localhost", 400, "'*', is not a path")]
    public async Task A_request_that_no_function_can_get_is_told_why(string requestLine, string host, int status, string reason)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, requestLine, [host]);

        Assert.Equal(status, answer.Status);
        Assert.Contains(reason, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /a%00b HTTP/1.1")]
    [InlineData("GET /\u00e9 HTTP/1.1")]
    [InlineData("\u0016\u0003\u0001 HTTP/1.1")]
    public async Task What_is_not_HTTP_gets_a_400_and_the_console_says_why(string requestLine)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, requestLine, []);

        Assert.Equal(400, answer.Status);
        await emulator.Console.LineAsync("400 for a request that is not valid HTTP, so no function has seen it: ");
        using HttpResponseMessage next = await emulator.Client.GetAsync(emulator.Client.BaseAddress, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task A_full_URL_as_the_target_keeps_its_query()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, $"GET http://127.0.0.1:{emulator.Port}?a=/b&c=%FF HTTP/1.1", []);

        Assert.Contains("\"rawPath\":\"/\",\"rawQueryString\":\"a=/b&c=%FF\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_URL_leads_to_the_door_for_ready_made_events_like_a_path()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();

        Assert.Equal("fine", Unchunked(await RawClient.SendAsync(emulator.Port, $"POST http://127.0.0.1:{emulator.Port}/invoke HTTP/1.1", [], Ran)));
    }

    private static Task<TestEmulator> StartAsync() =>
        TestEmulator.StartAsync(TestEmulator.Settings with { Doors = new DoorSettings { AllowedHosts = ["tunnel.example.com"] } });

    private static string Message(RawAnswer answer) => answer.Body.Split('"')[3];

    // One chunk, as these answers have.
    private static string Unchunked(RawAnswer answer)
    {
        string[] lines = answer.Body.Split("\r\n");
        Assert.Equal(lines[0], lines[1].Length.ToString("x", CultureInfo.InvariantCulture));
        return lines[1];
    }
}
