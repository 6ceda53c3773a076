using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

public sealed class JsonStreamingHandlerTests
{
    private const string Good = """{"item":"pen","quantity":3}""";
    private const string GoodAnswer = "3 of pen";

    [Fact]
    public async Task The_body_of_a_request_is_read_as_text_and_as_base64()
    {
        Assert.Equal(GoodAnswer, (await OrderAsync(FunctionUrlEvent.Post("/", Good))).BodyText);
        Assert.Equal(GoodAnswer, (await OrderAsync(FunctionUrlEvent.Create("PUT", "/", Encoding.UTF8.GetBytes(Good)))).BodyText);
    }

    [Fact]
    public async Task Any_other_event_is_read_itself()
    {
        Assert.Equal(GoodAnswer, (await OrderAsync(Encoding.UTF8.GetBytes(Good))).BodyText);
        Assert.Equal("2", (await NumbersAsync("[7,8]"u8.ToArray())).BodyText);
        Assert.Equal("3", (await NumbersAsync(FunctionUrlEvent.Post("/", "[7,8,9]"))).BodyText);
    }

    [Theory]
    [InlineData("""{"item":"pen","quantity":"x"}""", "Cannot get the value of a token type 'String' as a number.", "$.quantity", 1, 29)]
    [InlineData("""{"item":"pen","quantity":99999999999}""", "Either the JSON value is not in a supported format, or is out of bounds for an Int32.",
        "$.quantity", 1, 37)]
    [InlineData("""{"item":"pen"}""", "Required members are missing: 'quantity'.", "$", 1, 15)]
    [InlineData("""{"item":null,"quantity":1}""", "The value must not be null.", "$.item", 1, 13)]
    [InlineData("""{"item":"pen","quantity":1,"color":2}""", "There is no such member.", "$.color", 1, 36)]
    [InlineData("{\n  \"item\":\"pen\",\n  \"quantity\":1,\n  \"lines\":[{\"count\":1},{\"count\":true}]\n}",
        "Cannot get the value of a token type 'True' as a number.", "$.lines[1].count", 4, 37)]
    [InlineData("""{"item":"pen","quantity":1,"currency":"Euro"}""", "A currency has three letters.", "$.currency", 1, 45)]
    [InlineData("[]", "The JSON value has the wrong type.", "$", 1, 2)]
    [InlineData("{\"item\":\n  oops}", "'o' is an invalid start of a value.", "$.item", 2, 3)]
    [InlineData(Good + "\n" + Good, "'{' is invalid after a single JSON value. Expected end of data.", "$", 2, 1)]
    [InlineData(" ", "The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true.",
        "$", 1, 2)]
    public async Task A_bad_event_is_answered_with_400_that_says_what_and_where(string json, string what, string path, int line, int position)
    {
        foreach (ReadOnlyMemory<byte> eventJson in (ReadOnlyMemory<byte>[])[FunctionUrlEvent.Post("/", json), Encoding.UTF8.GetBytes(json)])
        {
            TestResponse response = await OrderAsync(eventJson);

            Assert.Equal(400, response.StatusCode);
            Assert.Null(response.Error);
            Assert.Equal("application/problem+json", response.Headers["Content-Type"]);
            using var problem = JsonDocument.Parse(response.Body);
            JsonElement root = problem.RootElement;
            string detail = $"{what} At {path}, line {line}, byte {position}.";
            Assert.Equal(("Bad Request", 400, detail),
                (root.GetProperty("title").GetString(), root.GetProperty("status").GetInt32(), root.GetProperty("detail").GetString()));
            Assert.Equal((path, line, position),
                (root.GetProperty("path").GetString(), root.GetProperty("line").GetInt32(), root.GetProperty("position").GetInt32()));
            Assert.Contains("WARN", response.Log, StringComparison.Ordinal);
            Assert.Contains($"The event was refused with status 400: {detail}", response.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("StreamingLambda", response.BodyText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_and_null_are_bad_events_without_a_place()
    {
        await AssertAsync(FunctionUrlEvent.Get("/"), "The body of the request is empty. Send JSON.");
        await AssertAsync(FunctionUrlEvent.Post("/", ""), "The body of the request is empty. Send JSON.");
        await AssertAsync(FunctionUrlEvent.Post("/", "null"), "The body of the request is null. Send a value.");
        await AssertAsync("null"u8.ToArray(), "The event is null. Send a value.");
        await AssertAsync(ReadOnlyMemory<byte>.Empty, "The event is empty. Send JSON.");

        string broken = Encoding.UTF8.GetString(FunctionUrlEvent.Create("POST", "/", "{}"u8.ToArray()).Span)
            .Replace("\"e30=\"", "\"%%%\"", StringComparison.Ordinal);
        await AssertAsync(Encoding.UTF8.GetBytes(broken), "The event says that its body is base64 (isBase64Encoded), but it is not.");

        static async Task AssertAsync(ReadOnlyMemory<byte> eventJson, string detail)
        {
            TestResponse response = await OrderAsync(eventJson);
            Assert.Equal((400, $$"""{"title":"Bad Request","status":400,"detail":"{{detail}}"}""" + "\n"), (response.StatusCode, response.BodyText));
            Assert.Null(response.Error);
        }
    }

    /// <summary>The envelope fits the type too, and must not be taken for it.</summary>
    [Theory]
    [InlineData(""" "isBase64Encoded":null """)]
    [InlineData(""" "timeEpoch":1783711146123.5,"headers":{"x":"\ud800"},"rawPath":7 """)]
    public async Task A_request_with_an_odd_member_is_a_request(string odd)
    {
        string eventJson = $$$"""
            {"version":"2.0","requestContext":{"http":{"method":"POST"},"timeEpoch":1.5},{{{odd}}},"body":"{\"version\":\"1.1\"}"}
            """;

        Assert.Equal("1.1", (await NoteAsync(eventJson)).BodyText);
    }

    [Theory]
    [InlineData(""" "body":{"version":"1.1"} """, "The event has an object in 'body', where AWS has text. Correct what makes such events.")]
    [InlineData(""" "body":"{}","isBase64Encoded":1 """,
        "The event has a number in 'isBase64Encoded', where AWS has true or false. Correct what makes such events.")]
    [InlineData(""" "version":"2.0" """, "The body of the request is empty. Send JSON.")]
    public async Task A_request_that_cannot_be_read_is_a_bad_request_and_no_other_event(string members, string detail)
    {
        TestResponse response = await NoteAsync($$$"""{"version":"2.0","requestContext":{"http":{"method":"POST"} },{{{members}}} }""");

        Assert.Equal(400, response.StatusCode);
        Assert.Contains($"\"detail\":\"{detail}\"", response.BodyText, StringComparison.Ordinal);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task The_body_of_a_REST_API_request_is_read_too()
    {
        const string request = """
            {"resource":"/orders","path":"/orders","httpMethod":"POST","requestContext":{"stage":"prod"},"isBase64Encoded":BASE64,"body":"BODY"}
            """;
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Good));

        Assert.Equal(GoodAnswer, (await OrderAsync(Create(JsonEncodedText.Encode(Good).ToString(), "false"))).BodyText);
        Assert.Equal(GoodAnswer, (await OrderAsync(Create(base64, "true"))).BodyText);
        Assert.Contains("The event says that its body is base64", (await OrderAsync(Create("%", "true"))).BodyText, StringComparison.Ordinal);
        Assert.Contains("The body of the request is null.", (await OrderAsync(Create("null", "false"))).BodyText, StringComparison.Ordinal);

        static ReadOnlyMemory<byte> Create(string body, string isBase64) => Encoding.UTF8.GetBytes(
            request.Replace("BASE64", isBase64, StringComparison.Ordinal).Replace("BODY", body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"httpMethod":"POST","path":"/","requestContext":{"elb":{"targetGroupArn":"x"}},"body":"{}"}""",
        "a request to an Application Load Balancer")]
    [InlineData("""{"requestContext":{"eventType":"MESSAGE","connectionId":"c1"},"body":"{}"}""", "a message to an API Gateway WebSocket API")]
    [InlineData("""{"Records":[{"messageId":"1","eventSource":"aws:sqs","body":"{}"}]}""", "a batch of aws:sqs records")]
    public async Task An_event_of_another_service_that_does_not_fit_is_named(string eventJson, string origin)
    {
        TestResponse response = await OrderAsync(Encoding.UTF8.GetBytes(eventJson));

        Assert.Equal(400, response.StatusCode);
        Assert.Contains($"The event is {origin}; this function takes", response.BodyText, StringComparison.Ordinal);
        Assert.Contains("\"line\":1", response.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_order_mark_is_read_over()
    {
        byte[] marked = [.. "\ufeff"u8, .. Encoding.UTF8.GetBytes(Good)];

        Assert.Equal(GoodAnswer, (await OrderAsync(marked)).BodyText);
        Assert.Equal(GoodAnswer, (await OrderAsync(FunctionUrlEvent.Post("/", "\ufeff" + Good))).BodyText);
        Assert.Equal(GoodAnswer, (await OrderAsync(FunctionUrlEvent.Create("POST", "/", marked))).BodyText);
    }

    [Fact]
    public async Task What_a_caller_wrote_is_not_repeated_at_length()
    {
        TestResponse response = await OrderAsync(FunctionUrlEvent.Post("/", $$"""{"item":"pen","quantity":1,"{{new string('x', 1_000_000)}}":2}"""));

        Assert.Equal(400, response.StatusCode);
        Assert.Contains("… (shortened)", response.BodyText, StringComparison.Ordinal);
        Assert.InRange(response.Body.Length, 1, 2000);
        Assert.InRange(response.Log.Length, 1, 2000);
    }

    [Fact]
    public async Task What_the_handler_throws_is_its_own()
    {
        var host = new TestHost(new JsonStreamingHandler<Order>(TestJson.Default.Order,
            (_, _, _, _) => throw new JsonException("the handler's")));

        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Post("/", Good));

        Assert.Equal((502, "the handler's"), (response.StatusCode, response.Error?.Message));
    }

    [Fact]
    public async Task A_bad_event_does_not_reach_the_handler_and_the_next_one_does()
    {
        int calls = 0;
        var host = new TestHost(new JsonStreamingHandler<Order>(TestJson.Default.Order, async (_, _, response, token) =>
        {
            calls++;
            await response.WriteAndFinishAsync("ok", token);
        }));

        Assert.Equal(400, (await host.InvokeAsync("{}"u8.ToArray())).StatusCode);
        Assert.Equal("ok", (await host.InvokeAsync(Encoding.UTF8.GetBytes(Good))).BodyText);
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_disposed_of_together_with_the_handler(bool isAsynchronous)
    {
        var dispose = new TaskCompletionSource();
        IJsonStreamingHandler<Order> inner = isAsynchronous ? new AsyncDisposableHandler(dispose) : new DisposableHandler(dispose);

        await new JsonStreamingHandler<Order>(TestJson.Default.Order, inner).DisposeAsync();

        Assert.True(dispose.Task.IsCompleted);
    }

    [Fact]
    public async Task Without_a_handler_to_dispose_of_it_disposes_of_nothing()
    {
        await new JsonStreamingHandler<Order>(TestJson.Default.Order, (_, _, _, _) => Task.CompletedTask).DisposeAsync();
        await new JsonStreamingHandler<int[]>(TestJson.Default.Int32Array, new CountHandler()).DisposeAsync();
    }

    private static Task<TestResponse> OrderAsync(ReadOnlyMemory<byte> eventJson) =>
        new TestHost(new JsonStreamingHandler<Order>(TestJson.Default.Order, async (order, _, response, token) =>
            await response.WriteAndFinishAsync($"{order.Quantity} of {order.Item}", token))).InvokeAsync(eventJson);

    private static Task<TestResponse> NumbersAsync(ReadOnlyMemory<byte> eventJson) =>
        new TestHost(new JsonStreamingHandler<int[]>(TestJson.Default.Int32Array, new CountHandler())).InvokeAsync(eventJson);

    private static Task<TestResponse> NoteAsync(string eventJson) =>
        new TestHost(new JsonStreamingHandler<Note>(TestJson.Default.Note, new NoteHandler())).InvokeAsync(Encoding.UTF8.GetBytes(eventJson));

    private sealed class NoteHandler : IJsonStreamingHandler<Note>
    {
        public async Task HandleAsync(Note input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
            await response.WriteAndFinishAsync($"{input.Version}", cancellationToken);
    }

    private sealed class CountHandler : IJsonStreamingHandler<int[]>
    {
        public async Task HandleAsync(int[] input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
            await response.WriteAndFinishAsync($"{input.Length}", cancellationToken);
    }

    private sealed class AsyncDisposableHandler(TaskCompletionSource disposed) : IJsonStreamingHandler<Order>, IAsyncDisposable
    {
        public Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            disposed.SetResult();
        }
    }

    private sealed class DisposableHandler(TaskCompletionSource disposed) : IJsonStreamingHandler<Order>, IDisposable
    {
        public Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public void Dispose() => disposed.SetResult();
    }
}
