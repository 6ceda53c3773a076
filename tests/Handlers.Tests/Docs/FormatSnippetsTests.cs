using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Text;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>What docs/formats.md says of sequences, text, files and compressed bodies is what its code does.</summary>
public sealed class FormatSnippetsTests
{
    private const string GoodOrder = """{"item":"pen","quantity":3}""";

    [Fact]
    public async Task A_typed_handler_gets_body_or_event_and_a_bad_one_is_answered_with_the_page_s_400()
    {
        var table = new Dictionary<string, Func<IStreamingLambdaHandler>>
        {
            #region typed-table-line
            [nameof(PlaceOrder)] = static () => new JsonStreamingHandler<Order>(OrderJson.Default.Order, new PlaceOrder()),
            #endregion
        };
        var host = new TestHost(table["PlaceOrder"]());

        Assert.Equal("3 of pen\n", (await host.InvokeAsync(FunctionUrlEvent.Post("/", GoodOrder))).BodyText);
        Assert.Equal("3 of pen\n", (await host.InvokeAsync(Encoding.UTF8.GetBytes(GoodOrder))).BodyText);
        TestResponse refusal = await host.InvokeAsync(FunctionUrlEvent.Post("/", """{"item":"pen","quantity":"three"}"""));
        Assert.Equal((400, "application/problem+json"), (refusal.StatusCode, refusal.Headers["Content-Type"]));
        AssertShown(refusal);
    }

    [Fact]
    public async Task Answers_in_one_call_are_what_the_page_says()
    {
        TestResponse text = await RunAsync(FormatSnippets.PlainText);
        TestResponse html = await RunAsync(FormatSnippets.Html);
        TestResponse json = await RunAsync(FormatSnippets.Json);
        TestResponse redirect = await RunAsync(FormatSnippets.Redirect);
        TestResponse problem = await RunAsync(FormatSnippets.Problem);

        Assert.Equal((200, "text/plain; charset=utf-8", "Hello\n"), (text.StatusCode, text.Headers["Content-Type"], text.BodyText));
        Assert.Equal((200, "text/html; charset=utf-8", "<p>Hello</p>"), (html.StatusCode, html.Headers["Content-Type"], html.BodyText));
        Assert.Equal((201, "/orders/7", """{"item":"pen","quantity":3}"""), (json.StatusCode, json.Headers["Location"], json.BodyText));
        Assert.Equal((302, "/elsewhere"), (redirect.StatusCode, redirect.Headers["Location"]));
        Assert.Equal((204, ""), ((await RunAsync(FormatSnippets.Empty)) is { } empty ? (empty.StatusCode, empty.BodyText) : default));
        Assert.Equal((404, "application/problem+json"), (problem.StatusCode, problem.Headers["Content-Type"]));
        AssertShown(problem);
    }

    [Fact]
    public async Task A_direct_invocation_gets_a_raw_response_and_a_request_does_not()
    {
        var host = new TestHost(FormatSnippets.RawForDirectInvocations);

        TestResponse direct = await host.InvokeAsync("{}"u8.ToArray());
        TestResponse request = await host.InvokeAsync(FunctionUrlEvent.Get());

        Assert.Equal(["application/json"], direct.Headers.Values);
        Assert.Equal((GoodOrder, GoodOrder), (direct.BodyText, request.BodyText));
    }

    [Fact]
    public async Task Events_arrive_one_by_one()
    {
        TestResponse response = await RunAsync(FormatSnippets.Events);

        Assert.Equal(["data: Once \n\n", "data: upon \n\n", "data: a time\n\n", "event: done\ndata: \n\n"],
            response.Chunks.Select(chunk => chunk.Text));
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task An_error_in_the_middle_is_the_event_that_the_page_shows()
    {
        TestResponse response = await RunAsync(FormatSnippets.TypedEvents);

        AssertShown(response);
        Assert.Equal("TimeoutException", response.Error?.Type);
        Assert.DoesNotContain("10.0.3.7", response.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_and_arrays_are_as_the_page_shows_them()
    {
        TestResponse lines = await RunAsync(FormatSnippets.Lines);
        TestResponse array = await RunAsync(FormatSnippets.Array);

        AssertShown(lines);
        AssertShown(array);
        Assert.Equal("max-age=60", array.Headers["Cache-Control"]);
        Assert.Equal("application/json", array.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Text_arrives_part_by_part()
    {
        TestResponse response = await RunAsync(FormatSnippets.Text);

        Assert.Equal(["Once ", "upon ", "a time"], response.Chunks.Select(chunk => chunk.Text));
    }

    [Fact]
    public async Task A_file_is_sent_or_found_missing_before_anything_is()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "logo.png");
        File.Delete(path);
        TestResponse missing = await RunAsync(FormatSnippets.File);
        await File.WriteAllBytesAsync(path, [1, 2, 3]);
        TestResponse response = await RunAsync(FormatSnippets.File);
        File.Delete(path);

        Assert.Equal((502, "FileNotFoundException"), (missing.StatusCode, missing.Error?.Type));
        Assert.Equal("image/png", response.Headers["Content-Type"]);
        Assert.Equal([1, 2, 3], response.Body.ToArray());
    }

    [Fact]
    public async Task Another_server_s_answer_is_passed_on()
    {
        using var client = new HttpClient(new OneAnswer("<p>hello</p>"));

        TestResponse response = await RunAsync(FormatSnippets.Proxy(client, new Uri("http://server.invalid/")));

        Assert.Equal(("text/html", "<p>hello</p>"), (response.Headers["Content-Type"], response.BodyText));
    }

    [Fact]
    public async Task A_stream_that_is_copied_into_a_compressor_reads_back()
    {
        using var file = new MemoryStream("all that a file has"u8.ToArray());

        TestResponse response = await RunAsync(FormatSnippets.Brotli(file));

        Assert.Null(response.Error);
        Assert.Equal("br", response.Headers["Content-Encoding"]);
        await using var brotli = new BrotliStream(new MemoryStream(response.Body.ToArray()), CompressionMode.Decompress);
        using var reader = new StreamReader(brotli);
        Assert.Equal("all that a file has", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_stream_that_fails_on_its_way_through_a_compressor_does_not_read_as_a_whole_one()
    {
        var pipe = new Pipe();
        byte[] half = new byte[1_000_000];
        new Random(1).NextBytes(half);
        Task<TestResponse> run = RunAsync(FormatSnippets.Brotli(pipe.Reader.AsStream()));
        await pipe.Writer.WriteAsync(half);
        await pipe.Writer.CompleteAsync(new IOException("the disk is gone"));

        TestResponse response = await run;

        Assert.Equal(("the disk is gone", true), (response.Error?.Message, response.Error?.IsMidResponse));
        using var brotli = new BrotliDecoder();
        Assert.Equal(OperationStatus.NeedMoreData, brotli.Decompress(response.Body.Span, new byte[2 * half.Length], out _, out _));
    }

    private static void AssertShown(TestResponse response) => PagesTests.AssertShown(response.BodyText);

    private static Task<TestResponse> RunAsync(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle) =>
        new TestHost(handle).InvokeAsync(FunctionUrlEvent.Get());

    private sealed class OneAnswer(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) });
    }
}
