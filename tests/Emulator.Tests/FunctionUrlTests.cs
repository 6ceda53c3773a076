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
            ["head", PreludeType], ["chunk", $$"""{"statusCode":418,"headers":{"x-a":"b"},"cookies":["c=1","d=2"]}{{Nulls}}"""], ["gate", gate.Port], ["chunk", "x"], ["end"]);
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
        using HttpResponseMessage response = await emulator.RunAsync(["head", "Content-Type: text/x-own"], ["chunk", """{"statusCode":404}"""], ["end"]);

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
    public async Task A_prelude_that_cannot_be_used_is_a_502_and_a_sentence(string prelude, string reason)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head", PreludeType], ["chunk", prelude + Nulls], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync(reason);
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
            ["post", "/2018-06-01/runtime/invocation/{id}/response", """{"statusCode":404,"headers":{"Content-Type":"text/plain"},"body":"aGk=","isBase64Encoded":true}"""]);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("hi", await response.Content.ReadAsStringAsync(Token));
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
        using HttpResponseMessage response = await emulator.Client.PostAsync(emulator.Client.BaseAddress, new ByteArrayContent(new byte[7 * 1024 * 1024]), Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_stop_the_function()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "x"], ["gate", gate.Port], ["fill", "100", "1000"], ["end"], ["print", "done"]);
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
