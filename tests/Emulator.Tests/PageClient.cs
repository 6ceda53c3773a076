using System.Text;
using System.Text.Json;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A program that uses the page's API.</summary>
internal sealed class PageClient(Uri page) : IDisposable
{
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = page, Timeout = TestEmulator.Patience };

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public async Task<JsonElement> GetAsync(string path) => Parse(await TextAsync(path));

    public Task<string> TextAsync(string path) => Http.GetStringAsync(Uri(path));

    public Uri Uri(string path) => new(page, path);

    public async Task<JsonElement> PostAsync(string path, string json)
    {
        using HttpResponseMessage response = await SendAsync(path, json);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return Parse(body);
    }

    public async Task<HttpResponseMessage> SendAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Http.PostAsync(Uri(path), content);
    }

    /// <summary>Calls the function's URL with a script for the test bootstrap; the invocation's id.</summary>
    public async Task<string> CallAsync(params string[][] steps)
    {
        string body = JsonSerializer.Serialize(TestEmulator.Script(steps), TestJson.Default.String);
        JsonElement called = await PostAsync(
            "/api/calls",
            $$"""{"path":"/a%20b?c=d","headers":[["content-type","application/json"],["x-own","é"]],"body":{{body}}}""");
        return called.GetProperty("id").GetString()!;
    }

    /// <summary>An invocation when it has ended, with all its chunks and lines.</summary>
    public async Task<EndedInvocation> EndedAsync(string id)
    {
        await using PageFeed feed = await PageFeed.OpenAsync(this, $"/api/invocations/{id}/feed");
        List<(string Type, JsonElement Data)> events = await feed.ToEndAsync();
        Assert.Equal("end", events[^1].Type);
        return new EndedInvocation(
            events.Last(one => one.Type == "invocation").Data,
            [.. events.Where(one => one.Type == "chunks").SelectMany(one => one.Data.GetProperty("chunks").EnumerateArray())],
            [.. events.Where(one => one.Type == "log").SelectMany(one => one.Data.GetProperty("lines").EnumerateArray())
                .Select(line => line.GetProperty("text").GetString()!)]);
    }

    public void Dispose() => Http.Dispose();
}

/// <summary>What the feed told of an invocation.</summary>
internal sealed record EndedInvocation(JsonElement Info, IReadOnlyList<JsonElement> Chunks, IReadOnlyList<string> Log)
{
    public string Text => string.Concat(Chunks.Select(chunk => chunk.GetProperty("text").GetString()));
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class TestJson : System.Text.Json.Serialization.JsonSerializerContext;
