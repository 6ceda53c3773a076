using System.Net.ServerSentEvents;

using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

/// <summary>What all <c>Send</c> methods have in common: content, then status and headers, then options, then the token.</summary>
public sealed class ShapeTests : IDisposable
{
    private static readonly string File = Path.GetTempFileName();

    /// <summary>Each method, with the content type and the body that it sends.</summary>
    private static readonly Dictionary<string, Sending> All = new()
    {
        ["text"] = new("text/plain; charset=utf-8", "a\n", (response, head, token) => response.SendTextAsync("a\n", head, token)),
        ["text in parts"] = new("text/plain; charset=utf-8", "ab", (response, head, token) => response.SendTextAsync(Items("a", "b"), head, token)),
        ["file"] = new("application/octet-stream", "file", (response, head, token) => response.SendFileAsync(File, head, token)),
        ["stream"] = new("application/octet-stream", "stream", (response, head, token) =>
            response.SendStreamAsync(new MemoryStream("stream"u8.ToArray()), head, token)),
        ["JSON"] = new("application/json", "[1,2]", (response, head, token) =>
            response.SendJsonAsync([1, 2], NumbersJson.Default.Int32Array, head, token)),
        ["JSON lines"] = new("application/x-ndjson", "1\n2\n", (response, head, token) =>
            response.SendJsonLinesAsync(Items(1, 2), NumbersJson.Default.Int32, head, new JsonLinesOptions(), token)),
        ["JSON array"] = new("application/json", "[1\n,2\n]\n", (response, head, token) =>
            response.SendJsonArrayAsync(Items(1, 2), NumbersJson.Default.Int32, head, token)),
        ["events"] = new("text/event-stream", "data: a\n\n", (response, head, token) =>
            response.SendServerSentEventsAsync(Items(new SseItem<string>("a")), head, new ServerSentEventsOptions(), token)),
        ["typed events"] = new("text/event-stream", "data: 1\n\n", (response, head, token) => response.SendServerSentEventsAsync(
            Items(new SseItem<int>(1)), NumbersJson.Default.Int32, head, new ServerSentEventsOptions(), token)),
        ["problem"] = new("application/problem+json", "{\"status\":201,\"detail\":\"a\"}\n", (response, head, token) =>
            response.SendProblemAsync("a", head ?? new(201), token)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public ShapeTests() => System.IO.File.WriteAllText(File, "file");

    public void Dispose() => System.IO.File.Delete(File);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_status_and_headers_it_sends_200_and_the_content_type_of_its_format(string name)
    {
        TestResponse response = await OneResponse.RunAsync((response, token) => All[name].SendAsync(response, null, token));

        Assert.Null(response.Error);
        Assert.Equal((name == "problem" ? 201 : 200, All[name].ContentType), (response.StatusCode, response.Headers["Content-Type"]));
        Assert.Equal(All[name].Body, response.BodyText);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Status_headers_and_cookies_of_ones_own_are_kept(string name)
    {
        var head = new StatusAndHeaders(201, ("content-type", "text/x-own"), ("X-Own", "1")) { Cookies = ["a=1"] };

        TestResponse response = await OneResponse.RunAsync((response, token) => All[name].SendAsync(response, head, token));

        Assert.Equal((201, "text/x-own", "1"), (response.StatusCode, response.Headers["Content-Type"], response.Headers["X-Own"]));
        Assert.Equal(["a=1"], response.Cookies);
        Assert.Equal(All[name].Body, response.BodyText);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_raw_response_has_the_body_and_its_content_type_and_nothing_else(string name)
    {
        TestResponse response = await OneResponse.RunAsync((response, token) =>
        {
            response.IsRaw = true;
            return All[name].SendAsync(response, new(201, ("X-Own", "1")) { Cookies = ["a=1"] }, token);
        });

        Assert.Null(response.Error);
        Assert.Equal(All[name].Body, response.BodyText);
        Assert.Equal([("Content-Type", All[name].ContentType)], response.Headers.Select(header => (header.Key, header.Value)));
        Assert.Empty(response.Cookies);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_header_that_cannot_be_sent_sends_nothing(string name)
    {
        TestResponse response = await OneResponse.RunAsync(async (response, token) =>
        {
            await Assert.ThrowsAsync<ArgumentException>(() => All[name].SendAsync(response, new(200, ("Content-Length", "5")), token));
            await response.SendTextAsync("something else", token);
        });

        Assert.Equal((200, "something else"), (response.StatusCode, response.BodyText));
    }

    [Fact]
    public async Task Each_takes_a_token_right_behind_its_content()
    {
        Func<ResponseStreamWriter, CancellationToken, Task>[] shortest =
        [
            (response, token) => response.SendTextAsync("a", token),
            (response, token) => response.SendTextAsync(Items("a"), token),
            (response, token) => response.SendFileAsync(File, token),
            (response, token) => response.SendStreamAsync(new MemoryStream([1]), token),
            (response, token) => response.SendJsonAsync(1, NumbersJson.Default.Int32, token),
            (response, token) => response.SendJsonLinesAsync(Items(1), NumbersJson.Default.Int32, token),
            (response, token) => response.SendJsonArrayAsync(Items(1), NumbersJson.Default.Int32, token),
            (response, token) => response.SendServerSentEventsAsync(Items(new SseItem<string>("a")), token),
            (response, token) => response.SendServerSentEventsAsync(Items(new SseItem<int>(1)), NumbersJson.Default.Int32, token),
            (response, _) => response.SendTextAsync("a"),
        ];

        foreach (Func<ResponseStreamWriter, CancellationToken, Task> send in shortest)
            Assert.Equal(200, (await OneResponse.RunAsync(send)).StatusCode);
    }

    private static IAsyncEnumerable<T> Items<T>(params T[] items) => new Sequence<T>(items).ReadAsync();

    private sealed record Sending(
        string ContentType, string Body, Func<ResponseStreamWriter, StatusAndHeaders?, CancellationToken, Task> SendAsync);
}
