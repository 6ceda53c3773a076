using StreamingLambda.Bench.Player;

namespace StreamingLambda.Bench.Tests;

/// <summary>What the player takes, and what it refuses: a program that breaks the protocol must not get a figure.</summary>
public sealed class RuntimeApiPlayerTests : IDisposable
{
    private const string HttpIntegration = "Content-Type: application/vnd.awslambda.http-integration-response";

    private const string Head =
        "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: x\r\n" +
        HttpIntegration + "\r\n" +
        "Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n";

    private const string Prelude = "1a\r\n{\"statusCode\":200}\0\0\0\0\0\0\0\0\r\n";
    private const string Body = "d\r\nHello, world!\r\n";
    private const string End = "0\r\n\r\n";

    private readonly ScriptedFunction _function = new(TimeSpan.FromSeconds(20));

    public void Dispose() => _function.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_is_taken_however_its_bytes_are_split(bool byteByByte)
    {
        InvocationTimes times = await _function.AnswerAsync(Head + Prelude + Body + End, byteByByte);

        Assert.True(times.HandedOut < times.FirstByte && times.FirstByte <= times.LastByte);
    }

    [Fact]
    public async Task A_prelude_may_span_chunks_and_share_one_with_the_body()
    {
        const string Chunks = "4\r\n{\"st\r\nb\r\natusCode\":2\r\n8\r\n00}\0\0\0\0\0\r\n10\r\n\0\0\0Hello, world!\r\n";

        _ = await _function.AnswerAsync(Head + Chunks + End);
    }

    [Fact]
    public async Task The_next_request_may_come_in_the_packet_that_ends_the_response()
    {
        _ = await _function.AnswerAsync(Head + Prelude + Body + End + "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n");

        await _function.WaitForNextAsync();
    }

    [Fact]
    public async Task Extensions_of_a_chunk_and_harmless_trailers_are_skipped() =>
        _ = await _function.AnswerAsync(Head + Prelude + "D;x=y\r\nHello, world!\r\n0\r\nX-Checksum: 1\r\n\r\n");

    [Theory]
    [InlineData(Head + Prelude + "c\r\nHello, world!\r\n" + End, "CR after the chunk's data")]
    [InlineData(Head + Prelude + "e\r\nHello, world!\r\n" + End, "CR after the chunk's data")]
    [InlineData(Head + Prelude + "\r\nHello, world!\r\n" + End, "a digit of the chunk's size")]
    [InlineData(Head + Prelude + "dx\r\nHello, world!\r\n" + End, "a chunk's size of at most eight hexadecimal digits")]
    [InlineData(Head + Prelude + "d\nHello, world!\r\n" + End, "a chunk's size of at most eight hexadecimal digits")]
    [InlineData(Head + Prelude + "ffffffff\r\n", "a chunk smaller than 2 GB")]
    [InlineData(Head + Prelude + "c\r\nHello, world\r\n" + End, "The response has 12 body bytes")]
    [InlineData(Head + Prelude + End, "The response has 0 body bytes")]
    [InlineData(Head + Body + End, "without the eight NULs that end a prelude")]
    [InlineData(Head + "18\r\n{\"statusCode\":20}\0\0\0\0\0\0\0\0\r\n" + Body + End, "CR after the chunk's data")]
    [InlineData(Head + "1a\r\n{\"statusCode\":500}\0\0\0\0\0\0\0\0\r\n" + Body + End, "The response has status 500, not 200")]
    [InlineData(Head + "19\r\n{\"statusCode\":200\0\0\0\0\0\0\0\0\r\n" + Body + End, "The prelude is not the JSON that Lambda expects")]
    [InlineData(Head + "a\r\n{}\0\0\0\0\0\0\0\0\r\n" + Body + End, "The prelude has no statusCode")]
    [InlineData(Head + Prelude + Body + "0\r\nLambda-Runtime-Function-Error-Type: Boom\r\n\r\n", "Lambda-Runtime-Function-Error-Type: Boom")]
    [InlineData("POST /2018-06-01/runtime/invocation/other/response HTTP/1.1\r\n\r\n", "The function answered invocation other")]
    [InlineData("POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", "no 'Transfer-Encoding: chunked'")]
    [InlineData("POST /2018-06-01/runtime/invocation/{id}/error HTTP/1.1\r\nContent-Length: 4\r\n\r\nBoom", "The function reported an error: Boom")]
    [InlineData("POST /2018-06-01/runtime/init/error HTTP/1.1\r\nContent-Length: 4\r\n\r\nBoom", "The function reported an error: Boom")]
    [InlineData("GET /favicon.ico HTTP/1.1\r\n\r\n", "The function sent 'GET /favicon.ico HTTP/1.1' where the response was expected")]
    public async Task A_response_that_is_wrong_is_refused_with_its_reason(string response, string reason)
    {
        BenchmarkException refused = await Assert.ThrowsAsync<BenchmarkException>(() => _function.AnswerAsync(response));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", HttpIntegration, "Response-Mode: streaming' is missing")]
    [InlineData("Transfer-Encoding: chunked", "Lambda-Runtime-Function-Response-Mode: streaming", "The function sent no status and headers")]
    public async Task A_response_without_its_headers_is_refused(string first, string second, string reason)
    {
        string response = $"POST /2018-06-01/runtime/invocation/{{id}}/response HTTP/1.1\r\n{first}\r\n{second}\r\n\r\n{Prelude}{Body}{End}";

        BenchmarkException refused = await Assert.ThrowsAsync<BenchmarkException>(() => _function.AnswerAsync(response));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_closed_in_the_middle_of_a_response_is_reported()
    {
        BenchmarkException lost = await Assert.ThrowsAsync<BenchmarkException>(() => _function.AnswerAsync(Head + Prelude + "d\r\nHel", close: true));

        Assert.Contains("closed its connection in the middle of a request", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_stops_in_the_middle_is_given_up()
    {
        using ScriptedFunction function = new(TimeSpan.FromSeconds(1));

        BenchmarkException stuck = await Assert.ThrowsAsync<BenchmarkException>(() => function.AnswerAsync(Head + Prelude + "d\r\nHel"));

        Assert.Contains("The function stopped in the middle of a request: nothing came for 1 s", stuck.Message, StringComparison.Ordinal);
    }
}
