using System.Net;
using System.Text.Json;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>What a caller of a REST API gets.</summary>
public sealed class RestApiTests
{
    private const string Mode = "Lambda-Runtime-Function-Response-Mode: streaming";
    private const string Nulls = "\\0\\0\\0\\0\\0\\0\\0\\0";

    private static readonly string[] Head = ["head", Mode, "Content-Type: application/vnd.awslambda.http-integration-response"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_streams_as_it_is_written()
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using var gate = new Gate();
        using HttpResponseMessage response = await emulator.RunAsync(
            "prod/orders/7", Head, ["chunk", """{"statusCode":201,"headers":{"Content-Type":"text/plain"}}""" + Nulls], ["chunk", "first"],
            ["gate", gate.Port], ["chunk", "second"], ["end"]);

        await using Stream body = await response.Content.ReadAsStreamAsync(Token);
        byte[] first = new byte[5];
        await body.ReadExactlyAsync(first, Token).AsTask().WaitAsync(TestEmulator.Patience, Token);
        await gate.ReachedAsync();
        gate.Open();
        using var reader = new StreamReader(body);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("first", System.Text.Encoding.UTF8.GetString(first));
        Assert.Equal("second", await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Both_kinds_of_headers_and_cookies_are_merged()
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        const string Prelude = """{"headers":{"x-one":"1","x-two":"a","date":"then"},"multiValueHeaders":{"x-two":["b","c"],"X-ONE":["1"],"""
            + """ "set-cookie":["a=1"]},"cookies":["b=2","c=3"]}""";
        using HttpResponseMessage response = await emulator.RunAsync("prod/", Head, ["chunk", Prelude + Nulls, "x"], ["end"]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["1"], response.Headers.GetValues("x-one"));
        Assert.Equal(["a", "b", "c"], response.Headers.GetValues("x-two"));
        Assert.Equal(["a=1", "b=2", "c=3"], response.Headers.GetValues("set-cookie"));
        Assert.Equal(["then"], response.Headers.GetValues("x-amzn-Remapped-date"));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.Contains("x-amz-apigw-id"));
    }

    [Theory]
    [InlineData("no metadata at all", "no metadata", 16)]
    [InlineData("", "ended before status and headers did", 0)]
    [InlineData("{\"statusCode\":200}", "ended before status and headers did", 0)]
    [InlineData("{\"headers\":{\"x\":[\"a\"]}}" + Nulls, "the value of x is a JSON Array", 0)]
    public async Task What_does_not_begin_with_status_and_headers_is_a_502(string begun, string reason, int kilobytes)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            "prod/", ["head", Mode, "Content-Type: text/plain"], begun.Length == 0 ? ["chunk"] : ["chunk", begun],
            ["fill", "1", $"{kilobytes * 1024}"], ["end"]);

        await AssertErrorAsync(response, HttpStatusCode.BadGateway, "Internal server error");
        await emulator.Console.LineAsync(kilobytes > 0 ? "no eight NUL bytes in the first 16384 bytes" : reason);
    }

    [Theory]
    [InlineData(16 * 1024, 200)]
    [InlineData((16 * 1024) + 1, 502)]
    public async Task Metadata_and_delimiter_may_have_16_KB(int length, int status)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        const string Before = "{\"headers\":{\"x\":\"";
        const string After = "\"}}";
        string value = new('v', length - Before.Length - After.Length - 8);
        using HttpResponseMessage response = await emulator.RunAsync(
            "prod/", Head, ["chunk", Before + value + After + Nulls], ["chunk", "x"], ["end"]);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_failure_before_the_first_byte_is_a_502()
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync("prod/", ["exit", "3"]);

        await AssertErrorAsync(response, HttpStatusCode.BadGateway, "Internal server error");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_in_the_middle_breaks_the_connection_unless_the_developer_chooses_otherwise(bool ends)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync(ApiEmulator.Streaming with { EndsFailedStreams = ends });
        using HttpResponseMessage response = await emulator.RunAsync(
            "prod/", Head, ["chunk", "{}" + Nulls, "begun"],
            ["end", "Lambda-Runtime-Function-Error-Type: Function.Odd", "Lambda-Runtime-Function-Error-Body: e30="]);

        if (ends)
            Assert.Equal("begun", await response.Content.ReadAsStringAsync(Token));
        else
            await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("""{"statusCode":201,"headers":{"x":1},"multiValueHeaders":{"y":["a","b"]},"body":"text"}""", 201, "text")]
    [InlineData("""{"statusCode":"204"}""", 204, "")]
    [InlineData("""{"statusCode":200,"body":"aGk=","isBase64Encoded":true}""", 200, "aGk=")]
    public async Task A_buffered_response_is_read_from_its_envelope(string envelope, int status, string body)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync("prod/buffered", ["post", ResponsePath, envelope]);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
        if (status == 201)
            Assert.Equal(["a", "b"], response.Headers.GetValues("y"));
    }

    [Theory]
    [InlineData("image/png", "hi")]
    [InlineData("text/html, image/png", "aGk=")]
    [InlineData("*/*", "aGk=")]
    public async Task Base64_is_decoded_for_who_accepts_a_binary_type_first(string accept, string body)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync(ApiEmulator.Streaming with { BinaryMediaTypes = ["image/png"] });
        string steps = TestEmulator.Script(["post", ResponsePath, """{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"""]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(emulator.Client.BaseAddress!, "prod/buffered"))
        {
            Content = new StringContent(steps),
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using HttpResponseMessage response = await emulator.Client.SendAsync(request, Token);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("\"text\"", "it is a JSON String")]
    [InlineData("{\"message\":\"hello\"}", "it has a member 'message'")]
    [InlineData("{\"headers\":{}}", "it has no statusCode")]
    [InlineData("{\"statusCode\":200,\"body\":{}}", "body is a JSON Object")]
    [InlineData("{\"statusCode\":200,\"cookies\":[\"a=1\"]}", "it has a member 'cookies'")]
    [InlineData("not JSON", "it is not JSON")]
    public async Task A_malformed_envelope_is_a_502(string envelope, string reason)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync("prod/buffered", ["post", ResponsePath, envelope]);

        await AssertErrorAsync(response, HttpStatusCode.BadGateway, "Internal server error");
        await emulator.Console.LineAsync(reason);
    }

    [Fact]
    public async Task A_streamed_response_on_a_route_that_does_not_stream_is_a_502_that_says_how_to_let_it()
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            "prod/buffered", ["head", Mode], ["chunk", "{\"statusCode\":200}" + Nulls, "body"], ["end"]);

        await AssertErrorAsync(response, HttpStatusCode.BadGateway, "Internal server error");
        await emulator.Console.LineAsync("Give its event ResponseTransferMode: RESPONSE_STREAM");
    }

    [Theory]
    [InlineData(
        "prod/nowhere", "Missing Authentication Token", "the API has no route for GET /nowhere. It has: ANY /, ANY /orders/{id}, ANY /buffered.")]
    [InlineData("test/orders/7", "Forbidden", "the path does not begin with the stage, /prod/.")]
    [InlineData("", "Forbidden", "the path does not begin with the stage, /prod/.")]
    [InlineData("production", "Forbidden", "the path does not begin with the stage, /prod/.")]
    public async Task A_path_that_is_not_there_gets_aws_s_answer_and_a_sentence_on_the_console(string target, string message, string reason)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.Client.GetAsync(new Uri(emulator.Client.BaseAddress!, target), Token);

        await AssertErrorAsync(response, HttpStatusCode.Forbidden, message);
        await emulator.Console.LineAsync(reason);
    }

    [Theory]
    [InlineData((10 * 1024 * 1024) + 1, "HTTP content length exceeded 10485760 bytes.")]
    [InlineData(7 * 1024 * 1024, "Request Too Long")]
    public async Task A_request_has_the_limits_of_api_gateway_and_of_lambda(int length, string message)
    {
        await using TestEmulator emulator = await ApiEmulator.StartAsync();
        using var content = new ByteArrayContent(new byte[length]);
        using HttpResponseMessage response = await emulator.Client.PostAsync(new Uri(emulator.Client.BaseAddress!, "prod/"), content, Token);

        await AssertErrorAsync(response, HttpStatusCode.RequestEntityTooLarge, message);
    }

    private static string ResponsePath => "/2018-06-01/runtime/invocation/{id}/response";

    private static async Task AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, string message)
    {
        string body = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(status, response.StatusCode);
        using JsonDocument json = JsonDocument.Parse(body);
        Assert.Equal(message, json.RootElement.GetProperty("message").GetString());
    }
}
