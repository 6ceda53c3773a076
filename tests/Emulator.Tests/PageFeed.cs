using System.Net.ServerSentEvents;
using System.Text.Json;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A reader of one of the page's feeds, with .NET's own parser of server-sent events.</summary>
internal sealed class PageFeed : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private PageFeed(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items)
    {
        _response = response;
        _items = items;
    }

    public static async Task<PageFeed> OpenAsync(PageClient page, string path)
    {
        HttpResponseMessage response = await page.Http.GetAsync(page.Uri(path), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync());
        return new PageFeed(response, parser.EnumerateAsync().GetAsyncEnumerator());
    }

    /// <summary>Reads on until there is an event that fits; its data.</summary>
    public async Task<JsonElement> UntilAsync(string type, Func<JsonElement, bool> fits)
    {
        while (await _items.MoveNextAsync().AsTask().WaitAsync(TestEmulator.Patience))
        {
            JsonElement data = PageClient.Parse(_items.Current.Data);
            if (_items.Current.EventType == type && fits(data))
                return data;
        }
        throw new InvalidOperationException($"The feed ended without such an event of type {type}.");
    }

    /// <summary>Reads to the end; all that was sent.</summary>
    public async Task<List<(string Type, JsonElement Data)>> ToEndAsync()
    {
        var events = new List<(string Type, JsonElement Data)>();
        while (await _items.MoveNextAsync().AsTask().WaitAsync(TestEmulator.Patience))
            events.Add((_items.Current.EventType, PageClient.Parse(_items.Current.Data)));
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        await _items.DisposeAsync();
    }
}
