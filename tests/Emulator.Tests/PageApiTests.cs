using System.Net;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Page.Exports;
using StreamingLambda.Emulator.Tests.Apis;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>What the emulator's page can be asked: calls, invocations as they run, replays, exports.</summary>
public sealed class PageApiTests
{
    private const string PreludeType = "Content-Type: application/vnd.awslambda.http-integration-response";
    private const string Prelude =
        """{"statusCode":201,"headers":{"content-type":"text/plain","x-own":"1"},"cookies":["a=b; Secure"]}\0\0\0\0\0\0\0\0""";

    private static readonly FunctionSettings Signed = TestEmulator.Settings with { AuthType = AuthType.AwsIam };

    [Fact]
    public async Task The_feed_tells_of_each_chunk_and_line_while_the_invocation_runs()
    {
        using var gate = new Gate();
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using var page = new PageClient(emulator.Page);
        string id = await page.CallAsync(
            ["head", PreludeType],
            ["chunk", Prelude],
            ["chunk", "first"],
            ["print", "a line of its own"],
            ["gate", gate.Port],
            ["chunk", "second"],
            ["end"]);
        await using PageFeed list = await PageFeed.OpenAsync(page, "/api/feed");
        await using PageFeed feed = await PageFeed.OpenAsync(page, $"/api/invocations/{id}/feed");
        await gate.ReachedAsync();

        await feed.UntilAsync("chunks", chunks => chunks.ToString().Contains("first", StringComparison.Ordinal));
        await list.UntilAsync("invocation", one => one.GetProperty("state").GetString() == "responding");
        await feed.UntilAsync("log", log => log.ToString().Contains("a line of its own", StringComparison.Ordinal));
        gate.Open();
        JsonElement last = await feed.UntilAsync("invocation", one => one.GetProperty("state").GetString() == "ended");

        Assert.Equal("POST /a%20b?c=d", last.GetProperty("title").GetString());
        Assert.Equal("function URL", last.GetProperty("door").GetString());
        Assert.Equal("success", last.GetProperty("result").GetString());
        Assert.Equal(201, last.GetProperty("status").GetInt32());
        Assert.Contains("[\"Set-Cookie\",\"a=b; Secure\"]", last.GetProperty("headers").ToString(), StringComparison.Ordinal);
        JsonElement report = last.GetProperty("report");
        Assert.Equal(last.GetProperty("bytes").GetInt64(), report.GetProperty("producedBytes").GetInt64());
        Assert.True(report.GetProperty("initDurationMs").GetDouble() > 0);
        EndedInvocation ended = await page.EndedAsync(id);
        Assert.EndsWith("\0\0firstsecond", ended.Text, StringComparison.Ordinal);
        Assert.Contains(ended.Log, line => line.StartsWith("START RequestId: " + id, StringComparison.Ordinal));
        Assert.StartsWith("REPORT RequestId: " + id, ended.Log[^1], StringComparison.Ordinal);
        Assert.True(IsAscending([.. ended.Chunks.Select(chunk => chunk.GetProperty("at").GetDouble())]));
    }

    [Theory]
    [InlineData("RESPONSE_STREAM", """{"headers":{"x <b>":"1"}}\0\0\0\0\0\0\0\0""", "x <b>")]
    [InlineData("RESPONSE_STREAM", """{"statusCode":201}""", "the response ended before the prelude did")]
    [InlineData("BUFFERED", """{"statusCode":"many"}""", "the response cannot be used: ")]
    public async Task A_response_that_cannot_be_handed_on_says_why(string mode, string sent, string reason)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = SettingNames.InvokeModes[mode] });
        using var page = new PageClient(emulator.Page);
        await using PageFeed list = await PageFeed.OpenAsync(page, "/api/feed");
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["chunk", sent], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        JsonElement refused = await list.UntilAsync("invocation", one => one.TryGetProperty("refusal", out _));
        Assert.Contains(reason, refused.GetProperty("refusal").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_of_a_reason_is_its_beginning()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        using var page = new PageClient(emulator.Page);
        await using PageFeed list = await PageFeed.OpenAsync(page, "/api/feed");
        string sent = $$"""{"statusCode":"{{new string('x', 20_000)}}"}""";
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", sent], ["end"]);

        JsonElement refused = await list.UntilAsync("invocation", one => one.TryGetProperty("refusal", out _));
        Assert.Matches("^the response cannot be used: .*x[.]{3}$", refused.GetProperty("refusal").GetString());
        Assert.Equal(1003, refused.GetProperty("refusal").GetString()!.Length);
    }

    [Fact]
    public async Task Curl_reads_the_feed_of_the_invocation_that_began_last()
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "one"], ["end"]);
        await response.Content.ReadAsStringAsync();

        CommandResult curl = await Command.RunAsync("curl", ["-sN", $"{emulator.Page}api/invocations/latest/feed"]);
        Assert.Contains("event: chunks\ndata: {\"first\":0,\"chunks\":[{\"at\":", curl.Output, StringComparison.Ordinal);
        Assert.EndsWith("}\n\n", curl.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_door_is_seen_and_told_apart()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var page = new PageClient(emulator.Page);
        string[][] steps = [["head"], ["chunk", "{}"], ["end"]];
        using HttpResponseMessage invoke = await emulator.RunAsync(steps);
        await invoke.Content.ReadAsStringAsync();
        using HttpResponseMessage api = await SdkSigner.PostAsync(emulator, "2015-03-31/functions/test/invocations", [], TestEmulator.Script(steps));
        string called = (await page.PostAsync("/api/calls", $$"""{"event":{{TestEmulator.Script(steps)}}}""")).GetProperty("id").GetString()!;
        await page.EndedAsync(called);

        JsonElement all = (await page.GetAsync("/api/invocations")).GetProperty("invocations");
        Assert.Equal(["page", "Lambda API", "ready-made event"], all.EnumerateArray().Select(one => one.GetProperty("door").GetString()));
    }

    [Theory]
    [InlineData("trailers", "My.Error")]
    [InlineData("runtime", "My.Report")]
    [InlineData("platform", "Runtime.ExitError")]
    public async Task An_error_is_told_with_where_it_came_from(string from, string type)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var page = new PageClient(emulator.Page);
        string[][] steps = from switch
        {
            "trailers" => [["head", "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"], ["chunk", "half"],
                ["end", "Lambda-Runtime-Function-Error-Type: My.Error", "Lambda-Runtime-Function-Error-Body: e30="]],
            "runtime" => [["post", "/2018-06-01/runtime/invocation/{id}/error", "Lambda-Runtime-Function-Error-Type: My.Report", "{\"a\":1}"]],
            _ => [["exit", "3"]],
        };
        EndedInvocation ended = await page.EndedAsync(await page.CallAsync(steps));

        JsonElement error = ended.Info.GetProperty("error");
        Assert.Equal([type, from], [error.GetProperty("type").GetString()!, error.GetProperty("from").GetString()!]);
        Assert.Equal("error", ended.Info.GetProperty("result").GetString());
        Assert.Equal(from == "trailers" ? 200 : 502, ended.Info.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_replay_gives_the_function_the_same_event_again()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using var page = new PageClient(emulator.Page);
        string first = (await page.PostAsync("/api/calls", """{"path":"/x?y=%FF"}""")).GetProperty("id").GetString()!;
        EndedInvocation before = await page.EndedAsync(first);
        string second = (await page.PostAsync($"/api/invocations/{first}/replay", "{}")).GetProperty("id").GetString()!;
        EndedInvocation after = await page.EndedAsync(second);

        Assert.NotEqual(first, second);
        Assert.Equal("replay", after.Info.GetProperty("door").GetString());
        Assert.Equal(EventOf(before), EventOf(after));
    }

    // Signed only where old versions of curl, too, sign as AWS does: they do not encode an encoded path once more.
    [Theory]
    [InlineData("/a%20b'c?x=1&y=%26", AuthType.None)]
    [InlineData("/[1-3]/.a?x={b,c}", AuthType.None)]
    [InlineData("/orders/7?x=1&y=2", AuthType.AwsIam)]
    public async Task The_exported_curl_line_makes_the_same_request_again(string path, object authType)
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed with { AuthType = (AuthType)authType });
        using var page = new PageClient(emulator.Page);
        foreach (string body in new[] { "it's \\\"quoted\\\" $HOME `ls`\\nnext line", "a \\u0000 and \\u202e", "@file", "" })
        {
            string headers = """[["x-own","it's"],["content-type","text/plain"],["cookie","a=b; c=d"]]""";
            string call = $$"""{"method":"PUT","path":"{{path}}","headers":{{headers}},"body":"{{body}}"}""";
            string id = (await page.PostAsync("/api/calls", call)).GetProperty("id").GetString()!;
            JsonElement before = await EventAsync(page, id);
            string line = await page.TextAsync($"/api/invocations/{id}/curl");
            CommandResult curl = await Command.RunAsync("/bin/sh", ["-c", line]);
            Assert.True(curl.Output.StartsWith("{\"event\"", StringComparison.Ordinal), line + curl.Output + curl.Error);
            JsonElement after = PageClient.Parse(curl.Output).GetProperty("event");

            foreach (string member in new[] { "rawPath", "rawQueryString", "body", "isBase64Encoded", "cookies" })
                Assert.Equal(Member(before, member), Member(after, member));
            Assert.Equal("it's", after.GetProperty("headers").GetProperty("x-own").GetString());
            Assert.Equal("PUT", after.GetProperty("requestContext").GetProperty("http").GetProperty("method").GetString());
        }
    }

    [Theory]
    [InlineData("GET", "@example.com/", "x-own: 1")]
    [InlineData("GET", "/#a", "x-own: 1")]
    [InlineData("GET", "/", "x-own: 1\\r\\nx-other: 2")]
    [InlineData("GET", "/", "@file: 1")]
    [InlineData("GET\\u202e", "/", "x-own: 1")]
    public async Task An_event_that_no_request_is_made_into_is_repeated_as_an_event(string method, string path, string header)
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using var page = new PageClient(emulator.Page);
        string[] parts = header.Split(": ", 2);
        string context = $$"""{"domainName":"a.lambda-url.us-east-1.on.aws","http":{"method":"{{method}}"} }""";
        string call = $$"""{"version":"2.0","rawPath":"{{path}}","headers":{"{{parts[0]}}":"{{parts[1]}}"},"requestContext":{{context}}}""";
        string id = (await page.PostAsync("/api/calls", $$"""{"event":{{call}}}""")).GetProperty("id").GetString()!;
        JsonElement before = await EventAsync(page, id);
        CommandResult curl = await Command.RunAsync("/bin/sh", ["-c", await page.TextAsync($"/api/invocations/{id}/curl")]);

        Assert.Equal(before.GetRawText(), PageClient.Parse(curl.Output).GetProperty("event").GetRawText());
    }

    [Fact]
    public void The_exported_test_has_a_name_whatever_the_event_says()
    {
        byte[] json = """{"version":"2.0","rawPath":"/a;b","requestContext":{"http":{"method":"GET() { } int x"}}}"""u8.ToArray();
        string test = TestExport.Of("MyHandler", json, status: 200, body: default, isWhole: true, errorType: null);

        Assert.StartsWith("[Fact]\npublic async Task Answers_GET_______int_x_a_b()\n", test, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prod/", 10, 10)]
    [InlineData("prod/buffered", 0, 6)]
    public async Task A_stream_through_a_REST_API_has_a_head_whatever_its_content_type_and_a_burst_of_its_own(string path, int head, int burst)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using var page = new PageClient(emulator.Page);
        string[] begin = ["head", "Lambda-Runtime-Function-Response-Mode: streaming", "Content-Type: text/plain"];
        using HttpResponseMessage response = await emulator.RunAsync(path, begin, ["chunk", @"{}\0\0\0\0\0\0\0\0", "body"], ["end"]);
        await response.Content.ReadAsStringAsync();

        JsonElement info = (await page.GetAsync("/api/invocations")).GetProperty("invocations")[0];
        Assert.Equal(head, info.GetProperty("preludeLength").GetInt32());
        Assert.Equal(burst * 1024 * 1024, info.GetProperty("burst").GetInt32());
    }

    [Fact]
    public async Task The_exported_curl_line_of_an_event_sends_that_event()
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        foreach (FunctionSettings settings in new[] { Signed, Signed with { Doors = new DoorSettings { InvokePath = null } } })
        {
            await using TestEmulator emulator = await TestEmulator.StartAsync(settings);
            using var page = new PageClient(emulator.Page);
            string id = (await page.PostAsync("/api/calls", """{"event":{"its":"it's"}}""")).GetProperty("id").GetString()!;
            CommandResult curl = await Command.RunAsync("/bin/sh", ["-c", await page.TextAsync($"/api/invocations/{id}/curl")]);

            Assert.Contains("{\"event\":{\"its\":\"it's\"}", curl.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_arrive_as_they_are()
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        using var page = new PageClient(runtime.Emulator.Page);
        Task<string> call = runtime.CallAsync();
        RawConnection connection = await runtime.ConnectAsync();
        string id = await PlayedRuntime.NextAsync(connection);
        await PlayedRuntime.BeginAsync(connection, id);
        await connection.SendChunkAsync([0xff, 0xfe, 0x00, 0x41]);
        await using PageFeed feed = await PageFeed.OpenAsync(page, $"/api/invocations/{id}/feed");
        JsonElement chunks = await feed.UntilAsync("chunks", _ => true);
        await connection.SendAsync("0\r\n\r\n");
        await call;

        JsonElement chunk = chunks.GetProperty("chunks")[0];
        Assert.Equal("//4AQQ==", chunk.GetProperty("base64").GetString());
        Assert.Equal(4, chunk.GetProperty("size").GetInt32());
    }

    [Theory]
    [InlineData("no json", "This is no call: ")]
    [InlineData("null", "A call is a JSON object")]
    [InlineData("""{"method":"GET /","path":"/"}""", "The method is not one of HTTP")]
    [InlineData("""{"path":"no slash"}""", "The path begins with a slash")]
    [InlineData("""{"path":"/ space"}""", "The path begins with a slash")]
    [InlineData("""{"path":"/a\r\nHost: evil.example"}""", "The path begins with a slash")]
    [InlineData("""{"headers":[["a: b","c"]]}""", "A header is a pair of texts")]
    [InlineData("""{"headers":[["a","b\r\nc: d"]]}""", "A header is a pair of texts")]
    [InlineData("""{"headers":[["a"]]}""", "A header is a pair of texts")]
    [InlineData("""{"headers":[null]}""", "A header is a pair of texts")]
    [InlineData("""{"function":"other"}""", "There is no function other")]
    [InlineData("""{"api":"other"}""", "There is no API other")]
    public async Task A_call_that_cannot_be_made_is_told_why(string call, string reason)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var page = new PageClient(emulator.Page);
        using HttpResponseMessage response = await page.SendAsync("/api/calls", call);

        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, response.StatusCode.ToString());
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(emulator.Console.Lines, line => line.Contains("a bug in the emulator", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "a key")]
    public async Task An_API_is_called_with_what_its_route_asks_for(bool isSigned, string? key)
    {
        RouteSettings route = ApiEmulator.Route(InvokeMode.ResponseStream, "/orders/{id}") with { Auth = new RouteAuth(isSigned, key is not null) };
        foreach (ApiKind kind in new[] { ApiKind.Rest, ApiKind.Http })
        {
            if (kind == ApiKind.Http && key is not null)
                continue;
            await using TestEmulator emulator = await ApiEmulator.StartAsync(
                ApiEmulator.With(route) with { Kind = kind, Keys = key is null ? [] : [key] });
            using var page = new PageClient(emulator.Page);
            JsonElement called = await page.PostAsync("/api/calls", """{"api":"Api","path":"/orders/a%20b?c=d","method":"PUT","body":"a body"}""");

            JsonElement sent = await EventAsync(page, called.GetProperty("id").GetString()!);
            Assert.Equal("a body", sent.GetProperty("body").GetString());
            Assert.Equal("a b", sent.GetProperty("pathParameters").GetProperty("id").GetString());
            Assert.Equal(isSigned, sent.GetProperty("headers").TryGetProperty(kind == ApiKind.Rest ? "Authorization" : "authorization", out _));

            JsonElement refused = await page.PostAsync("/api/calls", """{"api":"Api","path":"/nowhere"}""");
            Assert.Equal(kind == ApiKind.Rest ? 403 : 404, refused.GetProperty("status").GetInt32());
        }
    }

    [Fact]
    public async Task APIs_are_told_with_their_routes_and_a_line_that_calls_them()
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using var page = new PageClient(emulator.Page);
        JsonElement api = Assert.Single((await page.GetAsync("/api/functions")).GetProperty("apis").EnumerateArray());

        Assert.Equal("restApi", api.GetProperty("kind").GetString());
        Assert.Equal($"{emulator.Client.BaseAddress}prod/", api.GetProperty("url").GetString());
        Assert.Equal("ANY /orders/{id} -> test, STREAM, timeout 29 s, auth NONE", api.GetProperty("routes")[1].GetString());
        CommandResult curl = await Command.RunAsync("/bin/sh", ["-c", api.GetProperty("curl").GetString()!]);
        Assert.Contains("\"next\":{", curl.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_the_door_refuses_is_told_with_its_status()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var page = new PageClient(emulator.Page);
        JsonElement called = await page.PostAsync("/api/calls", """{"path":"/","headers":[["origin","https://evil.example"]]}""");

        Assert.Equal(403, called.GetProperty("status").GetInt32());
        Assert.Contains("may not call this function", called.GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throttled_call_ends_as_what_it_is()
    {
        using var gate = new Gate();
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { Throttle = true });
        using var page = new PageClient(emulator.Page);
        string first = await page.CallAsync(["gate", gate.Port], ["head"], ["chunk", "x"], ["end"]);
        await gate.ReachedAsync();
        EndedInvocation second = await page.EndedAsync(await page.CallAsync(["head"], ["end"]));
        gate.Open();
        await page.EndedAsync(first);

        Assert.Equal(0, second.Info.GetProperty("chunks").GetInt32());
        Assert.False(second.Info.TryGetProperty("report", out _));
    }

    [Fact]
    public async Task What_is_not_there_is_told_with_what_is()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var page = new PageClient(emulator.Page);
        foreach (string path in new[] { "/api/invocations/latest", "/api/invocations/x/feed", "/api/other", "/index.htm", "/../page.css" })
        {
            using HttpResponseMessage response = await page.Http.GetAsync(page.Uri(path));
            Assert.Equal(path == "/../page.css" ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
        }
        using HttpResponseMessage unknown = await page.Http.GetAsync(page.Uri("/api/other"));
        Assert.Contains("GET /api/functions", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_are_told_with_their_settings_and_a_line_that_calls_them()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed, Signed with { Name = "without", HasUrl = false });
        using var page = new PageClient(emulator.Page);
        JsonElement[] functions = [.. (await page.GetAsync("/api/functions")).GetProperty("functions").EnumerateArray()];

        Assert.Equal(emulator.Client.BaseAddress!.AbsoluteUri, functions[0].GetProperty("url").GetString());
        Assert.Equal("AWS_IAM", functions[0].GetProperty("settings").GetProperty("AuthType").GetString());
        Assert.False(functions[1].TryGetProperty("url", out _));
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        foreach (JsonElement function in functions)
        {
            CommandResult curl = await Command.RunAsync("/bin/sh", ["-c", function.GetProperty("curl").GetString()!]);
            Assert.Contains("\"next\":{", curl.Output, StringComparison.Ordinal);
        }
    }

    private static bool IsAscending(double[] values) => values.Zip(values.Skip(1)).All(pair => pair.First <= pair.Second);

    private static string EventOf(EndedInvocation invocation) =>
        PageClient.Parse(invocation.Text[(invocation.Text.LastIndexOf('\0') + 1)..]).GetProperty("event").GetRawText();

    private static async Task<JsonElement> EventAsync(PageClient page, string id)
    {
        await page.EndedAsync(id);
        return await page.GetAsync($"/api/invocations/{id}/event");
    }

    private static string? Member(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement member) ? member.GetRawText() : null;
}
