using System.Net;
using System.Text;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class FunctionUrlTests
{
    private const string PreludeType = "Content-Type: application/vnd.awslambda.http-integration-response";
    private const string Nulls = "\\0\\0\\0\\0\\0\\0\\0\\0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chunk_reaches_the_caller_before_the_next_one_is_sent()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["head", PreludeType], ["chunk", $$"""{"statusCode":201}{{Nulls}}""", "one "], ["gate", gate.Port], ["chunk", "two"], ["end"]);
        Stream body = await response.Content.ReadAsStreamAsync(Token);
        byte[] first = new byte[4];
        await body.ReadExactlyAsync(first, Token);
        await gate.ReachedAsync();
        gate.Open();

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("one ", Encoding.ASCII.GetString(first));
        Assert.Equal("two", await new StreamReader(body).ReadToEndAsync(Token));
    }

    [Fact]
    public async Task The_head_reaches_the_caller_before_any_body()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["head", PreludeType],
            ["chunk", $$"""{"statusCode":418,"headers":{"x-a":"b"},"cookies":["c=1","d=2"]}{{Nulls}}"""],
            ["gate", gate.Port],
            ["chunk", "x"],
            ["end"]);
        await gate.ReachedAsync();
        gate.Open();

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal("b", Assert.Single(response.Headers.GetValues("x-a")));
        Assert.Equal(["c=1", "d=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal("x", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_prelude_may_come_in_single_bytes()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        string[] bytes = ["chunk", .. """{"statusCode":202}""".Select(c => c.ToString()), .. Enumerable.Repeat("\\0", 8), "body"];
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], bytes, ["end"]);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("body", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Without_a_prelude_the_bytes_are_passed_on_with_status_200_and_their_type()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["head", "Content-Type: text/x-own"], ["chunk", """{"statusCode":404}"""], ["end"]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/x-own", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"statusCode":404}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_buffered_envelope_on_a_streaming_url_is_the_body_itself()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["post", "/2018-06-01/runtime/invocation/{id}/response", """{"statusCode":404,"body":"x"}"""]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"statusCode":404,"body":"x"}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("""{"statusCode":99}""", "statusCode is 99")]
    [InlineData("{\"statusCode\":", "not JSON")]
    [InlineData("[]", "not an object")]
    [InlineData("""{"statusCode":101}""", "statusCode is 101, not a number from 200 to 599")]
    [InlineData("""{"statusCode":"200\u0000"}""", "statusCode is \"200\\u0000\"")]
    [InlineData("""{"statusCode":" 200"}""", "statusCode is \" 200\"")]
    [InlineData("""{"headers":{"x":"\ud800"}}""", "text that is not Unicode")]
    [InlineData("""{"\ud800":1}""", "text that is not Unicode")]
    [InlineData("""{"headers":{"x":"a\nb"}}""", "the value of x has a control character")]
    [InlineData("""{"headers":{"x y":"a"}}""", "'x y' is not a name for a header")]
    [InlineData("""{"cookies":["a=\u0007"]}""", "the value of Set-Cookie has a control character")]
    public async Task A_prelude_that_cannot_be_used_is_a_502_and_a_sentence(string prelude, string reason)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["chunk", prelude + Nulls], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync(reason);
    }

    [Fact]
    public async Task Headers_of_a_prelude_come_back_exactly()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        const string Prelude = """{"headers":{"x-empty":"","x-tab":"a\tb","content-type":"","x-word":"\u00e9"},"cookies":[""]}""";
        RawAnswer answer = await RawClient.SendAsync(
            emulator.Port, "POST /invoke HTTP/1.1", [], TestEmulator.Script(["head", PreludeType], ["chunk", Prelude + Nulls, "x"], ["end"]));

        Assert.Equal([""], answer.Values("x-empty"));
        Assert.Equal(["a\tb"], answer.Values("x-tab"));
        Assert.Equal([""], answer.Values("content-type"));
        Assert.Equal(["\u00c3\u00a9"], answer.Values("x-word"));
        Assert.Equal([""], answer.Values("set-cookie"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Headers_for_rest_apis_are_ignored_and_the_console_says_so(bool isStreamed)
    {
        InvokeMode mode = isStreamed ? InvokeMode.ResponseStream : InvokeMode.Buffered;
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = mode });
        const string Prelude = """{"headers":{"x-list":"1, 2"},"multiValueHeaders":{"x-two":["1","2"],"set-cookie":["a=1"]},"cookies":["b=2"]}""";
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["chunk", Prelude + Nulls, "x"], ["end"]);

        Assert.Equal(["1, 2"], response.Headers.GetValues("x-list"));
        Assert.Equal(["b=2"], response.Headers.GetValues("set-cookie"));
        Assert.False(response.Headers.Contains("x-two"));
        await emulator.Console.LineAsync("NOTE: multiValueHeaders (x-two, set-cookie) are ignored");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"statusCode\":20")]
    [InlineData("{}\\0\\0")]
    public async Task Error_trailers_before_the_end_of_the_prelude_are_a_502(string begun)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        string[] head = ["head", PreludeType];
        string[] end = ["end", "Lambda-Runtime-Function-Error-Type: Function.odd", "Lambda-Runtime-Function-Error-Body: e30="];
        using HttpResponseMessage response = await emulator.RunAsync(begun.Length == 0 ? [head, end] : [head, ["chunk", begun], end]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_prelude_that_breaks_off_is_a_502()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["chunk", "{\"statusCode\":20"], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("the response ended before the prelude did");
    }

    [Fact]
    public async Task A_stream_that_announces_a_prelude_and_ends_without_a_byte_is_an_empty_200()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["end"]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_prelude_may_be_nested_deeply()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        string prelude = $$"""{"statusCode":202,"more":{{new string('[', 1000)}}{{new string(']', 1000)}}}""";
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["chunk", prelude + Nulls, "x"], ["end"]);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task An_empty_body_ends_and_earns_a_note()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["chunk", $$"""{"statusCode":200}{{Nulls}}"""], ["end"]);

        Assert.Equal("", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("write at least one byte");
    }

    [Fact]
    public async Task Buffered_mode_takes_the_envelope_apart()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        using HttpResponseMessage response = await emulator.RunAsync(
            [
                "post", "/2018-06-01/runtime/invocation/{id}/response",
                """{"statusCode":404,"headers":{"Content-Type":"text/plain"},"body":"aGk=","isBase64Encoded":true}""",
            ]);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("hi", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("\"a \\\"b\\\" \\u00e9\"", "a \"b\" \u00e9")]
    [InlineData("{ \"a\" : [ 1.0, \"\\u00e9\" ],\n \"b\": null }", "{\"a\":[1.0,\"\u00e9\"],\"b\":null}")]
    [InlineData(" [ ] ", "[]")]
    [InlineData(" 1e3 ", "1e3")]
    [InlineData("null", "null")]
    public async Task Buffered_mode_makes_a_body_of_what_has_no_status(string returned, string body)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        using HttpResponseMessage response = await emulator.RunAsync(["post", "/2018-06-01/runtime/invocation/{id}/response", returned]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Buffered_mode_takes_what_is_nested_deeply()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        string deep = new string('[', 2000) + new string(']', 2000);
        using HttpResponseMessage response = await emulator.RunAsync(["post", "/2018-06-01/runtime/invocation/{id}/response", deep]);

        Assert.Equal(deep, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task An_envelope_without_a_content_type_is_JSON()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        using HttpResponseMessage response = await emulator.RunAsync(
            ["post", "/2018-06-01/runtime/invocation/{id}/response", """{"statusCode":200,"body":"x"}"""]);

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("""{"statusCode":200,"body":"\ud800"}""", "text that is not Unicode")]
    [InlineData("""{"statusCode":200,"body":"!","isBase64Encoded":true}""", "body is not base64")]
    [InlineData("""{"statusCode":200,"headers":{"x":"\ud800"}}""", "text that is not Unicode")]
    public async Task Buffered_mode_answers_502_to_an_envelope_that_cannot_be_used(string envelope, string reason)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        using HttpResponseMessage response = await emulator.RunAsync(["post", "/2018-06-01/runtime/invocation/{id}/response", envelope]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync(reason);
    }

    [Fact]
    public async Task Buffered_mode_answers_502_to_what_is_not_JSON()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        using HttpResponseMessage response = await emulator.RunAsync(["post", "/2018-06-01/runtime/invocation/{id}/response", "plain"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("not JSON");
    }

    [Fact]
    public async Task A_request_larger_than_6_MB_is_refused()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.Client.PostAsync(
            emulator.Client.BaseAddress, new ByteArrayContent(new byte[7 * 1024 * 1024]), Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("RequestEntityTooLargeException", Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
        Assert.Equal(
            """{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}""",
            await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("application/octet-stream", 4_700_000, HttpStatusCode.OK)]
    [InlineData("application/octet-stream", 4_720_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("text/plain", 6_280_000, HttpStatusCode.OK)]
    public async Task The_limit_is_that_of_the_event_so_base64_counts(string type, int length, HttpStatusCode status)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var content = new ByteArrayContent([.. Enumerable.Repeat((byte)'x', length)]);
        content.Headers.ContentType = new(type);
        using HttpResponseMessage response = await emulator.Client.PostAsync(emulator.Client.BaseAddress, content, Token);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_stop_the_function()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        HttpResponseMessage response = await emulator.RunAsync(
            ["head"], ["chunk", "x"], ["gate", gate.Port], ["fill", "100", "1000"], ["end"], ["print", "done"]);
        await gate.ReachedAsync();
        response.Dispose();
        gate.Open();

        await emulator.Console.LineAsync("[test] done");
        await emulator.Console.LineAsync("Streamed: 100001 bytes");
    }

    [Fact]
    public async Task A_second_request_waits_its_turn()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        Task<HttpResponseMessage> first = emulator.RunAsync(["head"], ["gate", gate.Port], ["chunk", "1"], ["end"], ["print", "first done"]);
        await gate.ReachedAsync();
        Task<HttpResponseMessage> second = emulator.RunAsync(["print", "second begins"], ["head"], ["chunk", "2"], ["end"]);
        gate.Open();
        Assert.Equal("1", await (await first).Content.ReadAsStringAsync(Token));
        Assert.Equal("2", await (await second).Content.ReadAsStringAsync(Token));

        List<string> lines = [.. emulator.Console.Lines];
        Assert.True(lines.IndexOf("[test] first done") < lines.IndexOf("[test] second begins"));
    }
}
