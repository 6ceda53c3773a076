using System.Text;

namespace StreamingLambda.Emulator.Tests;

/// <summary>
/// Text from a function, its runtime or its callers that is no Unicode, no JSON, or no single line: each invocation ends, and the next one is served.
/// </summary>
public sealed class ForeignTextTests
{
    private const string Errors = "/2018-06-01/runtime/invocation/";

    /// <summary>JSON whose texts cannot be taken out of it.</summary>
    public static TheoryData<string> Unreadable =>
        ["{\"errorType\":\"\\ud800\"}", "{\"errorType\":\"%ff\"}", "{\"\\ud800\":1,\"errorType\":\"x\"}", "{\"errorType\":[", "%00%ff"];

    [Theory]
    [InlineData("{\"headers\":{\"x\":\"\\ud800\"}}")]
    [InlineData("{\"headers\":{\"x\":\"%ff\"}}")]
    [InlineData("{\"headers\":{\"\\ud800\":\"x\"}}")]
    [InlineData("{\"cookies\":[\"\\udc00\"]}")]
    [InlineData("[")]
    public async Task A_prelude_that_cannot_be_read_ends_its_invocation(string prelude)
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<string> caller = runtime.CallAsync();
        using RawConnection connection = await runtime.ConnectAsync();
        string requestId = await PlayedRuntime.NextAsync(connection);
        await PlayedRuntime.BeginAsync(connection, requestId, "application/vnd.awslambda.http-integration-response");
        await connection.SendChunkAsync([.. Bytes(prelude), .. new byte[8], .. "body"u8]);
        await connection.SendAsync("0\r\n\r\n");

        Assert.Equal(202, (await connection.ReadAsync()).Status);
        Assert.Matches("^(200|502) ", await caller);
        await AssertServedAsync(runtime, connection);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task An_error_that_cannot_be_read_ends_its_invocation(string error)
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<string> caller = runtime.CallAsync();
        using RawConnection connection = await runtime.ConnectAsync();
        await PlayedRuntime.PostAsync(connection, $"{Errors}{await PlayedRuntime.NextAsync(connection)}/error", Bytes(error));

        Assert.Equal(202, (await connection.ReadAsync()).Status);
        Assert.StartsWith("502 ", await caller, StringComparison.Ordinal);
        await AssertServedAsync(runtime, connection);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task Error_trailers_that_cannot_be_read_end_their_invocation(string error)
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<string> caller = runtime.CallAsync();
        using RawConnection connection = await runtime.ConnectAsync();
        await PlayedRuntime.BeginAsync(connection, await PlayedRuntime.NextAsync(connection));
        await connection.SendChunkAsync("part"u8.ToArray());
        await connection.SendAsync($"0\r\nLambda-Runtime-Function-Error-Body: {Convert.ToBase64String(Bytes(error))}\r\n\r\n");

        Assert.Equal(202, (await connection.ReadAsync()).Status);
        Assert.Equal("200 part", await caller);
        await AssertServedAsync(runtime, connection);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task An_init_error_that_cannot_be_read_fails_the_init(string error)
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<string> caller = runtime.CallAsync();
        using RawConnection connection = await runtime.ConnectAsync();
        await PlayedRuntime.PostAsync(connection, "/2018-06-01/runtime/init/error", Bytes(error));

        Assert.Equal(202, (await connection.ReadAsync()).Status);
        Assert.StartsWith("502 ", await caller, StringComparison.Ordinal);
        AssertNoBug(runtime);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_registration_that_cannot_be_read_is_one_without_events(string body)
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync(settings => settings with { MaxConcurrency = 2 });
        Task<string> caller = runtime.CallAsync();
        using RawConnection connection = await runtime.ConnectAsync();
        string events = body.Replace("errorType", "events", StringComparison.Ordinal);
        foreach (string registration in (string[])[body, events, "{\"events\":[\"\\ud800\"]}", "{\"events\":7}"])
        {
            await PlayedRuntime.PostAsync(connection, "/2020-01-01/extension/register", Bytes(registration), "Lambda-Extension-Name: x");
            Assert.Equal(200, (await connection.ReadAsync()).Status);
        }
        await AnswerAsync(connection);

        Assert.Equal("200 fine", await caller);
        AssertNoBug(runtime);
    }

    [Fact]
    public async Task Control_characters_in_what_goes_along_with_an_event_do_not_break_its_delivery()
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync(settings => settings with { Name = "na\u0001me" });
        using RawConnection client = await RawConnection.OpenAsync(runtime.Emulator.Port);
        await client.SendAsync(
            "POST /invoke HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;\u0007\r\nContent-Length: 2\r\n\r\n{}");
        using RawConnection connection = await runtime.ConnectAsync();
        await PlayedRuntime.AskAsync(connection);
        RawAnswer next = await connection.ReadAsync();
        await AnswerAsync(connection, next.Value("Lambda-Runtime-Aws-Request-Id"));

        Assert.Equal("fine", (await client.ReadAsync()).Body);
        Assert.Equal("arn:aws:lambda:us-east-1:123456789012:function:na me", next.Value("Lambda-Runtime-Invoked-Function-Arn"));
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$", next.Value("Lambda-Runtime-Trace-Id"));
        AssertNoBug(runtime);
    }

    [Fact]
    public async Task A_client_context_with_line_breaks_arrives_as_the_same_JSON()
    {
        string context = Convert.ToBase64String("{\r\n\t\"custom\":{\"a\":\"b\"}\n}\n"u8);
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<HttpResponseMessage> caller = SdkSigner.PostAsync(runtime.Emulator, "2015-03-31/functions/test/invocations", [], "{}", request =>
            request.Headers.TryAddWithoutValidation("X-Amz-Client-Context", context));
        using RawConnection connection = await runtime.ConnectAsync();
        await PlayedRuntime.AskAsync(connection);
        RawAnswer next = await connection.ReadAsync();
        await AnswerAsync(connection, next.Value("Lambda-Runtime-Aws-Request-Id"));
        using HttpResponseMessage response = await caller;

        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("{\"custom\":{\"a\":\"b\"}}", next.Value("Lambda-Runtime-Client-Context"));
    }

    private static async Task AnswerAsync(RawConnection connection, string? requestId = null)
    {
        requestId ??= await PlayedRuntime.NextAsync(connection);
        await PlayedRuntime.PostAsync(connection, $"{PlayedRuntime.Invocation}{requestId}/response", "fine"u8.ToArray());
        Assert.Equal(202, (await connection.ReadAsync()).Status);
    }

    private static async Task AssertServedAsync(PlayedRuntime runtime, RawConnection connection)
    {
        Task<string> caller = runtime.CallAsync();
        await AnswerAsync(connection);

        Assert.Equal("200 fine", await caller);
        AssertNoBug(runtime);
    }

    private static void AssertNoBug(PlayedRuntime runtime) =>
        Assert.DoesNotContain(runtime.Emulator.Console.Lines, line => line.Contains("a bug in the emulator", StringComparison.Ordinal));

    // %ff and %00 stand for bytes that no C# string becomes in UTF-8.
    private static byte[] Bytes(string text) =>
        Encoding.Latin1.GetBytes(text.Replace("%ff", "\u00ff", StringComparison.Ordinal).Replace("%00", "\0", StringComparison.Ordinal));
}
