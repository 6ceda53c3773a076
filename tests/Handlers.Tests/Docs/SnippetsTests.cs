using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Threading.Channels;

using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>What the pages about handlers say of their code is what the code does.</summary>
public sealed class SnippetsTests
{
    private static readonly ReadOnlyMemory<byte> AnyEvent = FunctionUrlEvent.Get("/");

    [Fact]
    public async Task Calls_in_order_make_one_response()
    {
        TestResponse response = await RunAsync(Snippets.OrderOfCalls, "{}"u8.ToArray());

        Assert.Equal("text, in UTF-8\n{}", response.BodyText);
        Assert.Equal(["seen=1; Secure; HttpOnly"], response.Cookies);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task A_failure_in_the_background_is_only_logged()
    {
        TestResponse response = await RunAsync(Snippets.Background, AnyEvent);

        Assert.Equal("accepted\n", response.BodyText);
        Assert.Null(response.Error);
        Assert.Contains("counting True", response.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_failure_of_work_side_by_side_is_reported_and_logged()
    {
        TestResponse response = await RunAsync(Snippets.SideBySide, AnyEvent);

        Assert.Equal("AggregateException", response.Error?.Type);
        foreach (string failure in (string[])["IOException: no prices", "IOException: no stock"])
        {
            Assert.Contains(response.Error!.StackTrace, frame => frame.Contains(failure, StringComparison.Ordinal));
            Assert.Contains(failure, response.Log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_request_is_read()
    {
        ReadOnlyMemory<byte> request = FunctionUrlEvent.Post(
            "/a%20b?page=2&tag=x&tag=y", "12345", ("ACCEPT", "text/plain"), ("Cookie", "session=s1"));

        TestResponse response = await RunAsync(Snippets.Request, request);
        TestResponse refusal = await RunAsync(Snippets.Request, "42"u8.ToArray());

        Assert.Equal("POST /a b page=2 tags=x|y accept=text/plain session=s1 caller=anonymous body=5", response.BodyText);
        Assert.Equal(400, refusal.StatusCode);
    }

    [Fact]
    public async Task A_request_of_a_REST_API_is_read()
    {
        ReadOnlyMemory<byte> request = """
            {"resource":"/orders/{id}","path":"/orders/7","httpMethod":"POST","multiValueHeaders":{"Accept":["text/plain","text/html"]},
             "multiValueQueryStringParameters":{"tag":["x","y"]},"pathParameters":{"id":"7"},"requestContext":{"authorizer":{"tenant":"acme"}},
             "body":"12345","isBase64Encoded":false}
            """u8.ToArray();

        TestResponse response = await RunAsync(Snippets.RestRequest, request);
        TestResponse failure = await RunAsync(Snippets.RestRequest, """{"Records":[{"eventSource":"aws:sqs"}]}"""u8.ToArray());

        Assert.Equal("POST id=7 tags=x|y accept=text/plain|text/html tenant=acme body=5", response.BodyText);
        Assert.Equal("This is for a REST API, and got a batch of aws:sqs records.", failure.Error?.Message);
    }

    [Fact]
    public async Task A_typed_event_and_a_typed_body_are_read()
    {
        const string order = """{"item":"pen","quantity":3}""";

        Assert.Equal("3 of pen", (await RunAsync(Snippets.TypedEvent, System.Text.Encoding.UTF8.GetBytes(order))).BodyText);
        Assert.Equal("3 of pen", (await RunAsync(Snippets.TypedBody, FunctionUrlEvent.Post("/", order))).BodyText);
        Assert.Equal("JsonException", (await RunAsync(Snippets.TypedEvent, "[]"u8.ToArray())).Error?.Type);
    }

    [Fact]
    public async Task A_raw_response_is_200_with_its_content_type()
    {
        TestResponse response = await RunAsync(Snippets.Raw, AnyEvent);

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("text/csv", response.Headers["Content-Type"]);
        Assert.Equal("id,name\n1,Ada\n", response.BodyText);
    }

    [Fact]
    public async Task A_response_without_a_body_gets_a_newline()
    {
        TestResponse response = await RunAsync(Snippets.NoBody, AnyEvent);

        Assert.Equal(202, response.StatusCode);
        Assert.Equal("\n", response.BodyText);
    }

    [Fact]
    public async Task Each_flush_of_a_StreamWriter_is_a_chunk_and_closing_it_ends_nothing()
    {
        TestResponse response = await RunAsync(Snippets.Text, AnyEvent);

        Assert.Equal(["1\n", "2\n", "3\n"], response.Chunks.Select(chunk => chunk.Text.ReplaceLineEndings("\n")));
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task An_asynchronous_sequence_becomes_a_JSON_array()
    {
        TestResponse response = await RunAsync(Snippets.Json, AnyEvent);

        Assert.Null(response.Error);
        using var array = JsonDocument.Parse(response.Body);
        Assert.Equal([1, 2], array.RootElement.EnumerateArray().Select(order => order.GetProperty("quantity").GetInt32()));
    }

    [Fact]
    public async Task An_exception_that_closes_a_StreamWriter_on_its_way_is_not_mistaken_for_the_end()
    {
        TestResponse response = await RunAsync(
            async (_, response, _) =>
            {
                await using var writer = new StreamWriter(response.AsStream());
                await writer.WriteAsync("half");
                throw new TimeoutException();
            },
            AnyEvent);

        Assert.Equal(("half", "TimeoutException", true), (response.BodyText, response.Error?.Type, response.Error?.IsMidResponse));
    }

    [Fact]
    public async Task Each_flush_of_the_pipe_writer_is_a_chunk()
    {
        TestResponse response = await RunAsync(Snippets.Pipe, AnyEvent);

        Assert.Null(response.Error);
        Assert.True(response.Chunks.Count > 1);
        Assert.All(response.Chunks, chunk => Assert.Equal("{\"item\":\"pen\"}\n", chunk.Text));
    }

    [Fact]
    public async Task The_serializer_sends_what_it_has_when_the_sequence_makes_it_wait()
    {
        var orders = Channel.CreateUnbounded<Order>();
        TestRun run = new TestHost(async (_, response, token) =>
        {
            await JsonSerializer.SerializeAsync(
                response.AsStream(), orders.Reader.ReadAllAsync(token), OrderJson.Default.IAsyncEnumerableOrder, token);
            await response.FinishAsync();
        }).Start(AnyEvent);

        string body = "";
        foreach (string item in (string[])["pen", "ink"])
        {
            await orders.Writer.WriteAsync(new Order(item, 1));
            while (!body.Contains(item, StringComparison.Ordinal))
                body += (await run.ReadChunkAsync())?.Text ?? throw new InvalidDataException($"The response ended with: {body}");
        }
        orders.Writer.Complete();

        Assert.Null((await run.WaitAsync()).Error);
    }

    [Fact]
    public async Task A_compressed_body_is_sent_flush_by_flush_and_reads_back()
    {
        TestResponse response = await RunAsync(Snippets.Gzip, AnyEvent);

        Assert.Null(response.Error);
        Assert.Equal("gzip", response.Headers["Content-Encoding"]);
        Assert.True(response.Chunks.Count >= 2);
        Assert.Equal("first second", await ReadGzipAsync(response.Body));
    }

    [Fact]
    public async Task A_compressed_body_whose_source_fails_does_not_read_as_a_whole_one()
    {
        TestResponse response = await RunAsync(Snippets.FailingGzip, AnyEvent);
        TestResponse whole = await RunAsync(Snippets.Gzip, AnyEvent);

        Assert.Equal(("TimeoutException", true), (response.Error?.Type, response.Error?.IsMidResponse));
        Assert.Equal("first ", await ReadGzipAsync(response.Body));
        Assert.NotEqual("first ".Length, ReadSize(response.Body));
        Assert.Equal("first second", await ReadGzipAsync(whole.Body));
        Assert.Equal("first second".Length, ReadSize(whole.Body));

        // The last four bytes of a gzip stream are the size of what it holds: https://www.rfc-editor.org/rfc/rfc1952#page-5
        static int ReadSize(ReadOnlyMemory<byte> body) => BinaryPrimitives.ReadInt32LittleEndian(body.Span[^sizeof(int)..]);
    }

    [Fact]
    public async Task A_handler_ends_its_response_when_the_deadline_is_near()
    {
        var clock = new ManualClock();
        var rows = new Queue<string>(["1\n", "2\n"]);
        Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle = Snippets.Deadline(async token =>
        {
            if (!rows.TryDequeue(out string? row))
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, token);
            return row!;
        });

        TestRun run = new TestHost(handle) { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(3) }.Start(AnyEvent);
        await run.ReadChunkAsync();
        await run.ReadChunkAsync();
        await clock.AdvanceAsync(TimeSpan.FromSeconds(2.75));
        TestResponse response = await run.WaitAsync();

        Assert.Equal("1\n2\n(more to come)\n", response.BodyText);
        Assert.Null(response.Error);
        Assert.Contains("the deadline is near", response.Log, StringComparison.Ordinal);
    }

    private static async Task<string> ReadGzipAsync(ReadOnlyMemory<byte> body)
    {
        await using var gzip = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return await reader.ReadToEndAsync();
    }

    private static Task<TestResponse> RunAsync(
        Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle, ReadOnlyMemory<byte> eventJson) =>
        new TestHost(handle).InvokeAsync(eventJson);
}
