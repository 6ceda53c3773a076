using System.Text.Json;

namespace StreamingLambda.Bench.Emulating;

/// <summary>
/// Reads what an open page reads: the list of invocations, and all of the newest one for as long as it runs, then of the one that is the newest
/// then. A browser would draw it as well, which is its own work and not the emulator's.
/// </summary>
internal sealed class PageReader : IDisposable
{
    private const string EventField = "event: ";
    private const string DataField = "data: ";

    private readonly HttpClient _client;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _hasNewest = new(0, 1);
    private readonly Task[] _readings;
    private string _newest = "";

    /// <param name="page">The page's address.</param>
    public PageReader(Uri page)
    {
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = page, Timeout = Timeout.InfiniteTimeSpan };
        _readings = [ReadListAsync(), FollowNewestAsync()];
    }

    /// <summary>How many events of the chunks of an invocation it has read.</summary>
    public int ChunkEvents { get; private set; }

    /// <summary>Throws what kept it from reading, if anything has.</summary>
    /// <exception cref="BenchmarkException">The emulator ended a feed that goes on, or refused one.</exception>
    public void ThrowIfFailed()
    {
        if (_readings.FirstOrDefault(reading => reading.IsFaulted) is { } failed)
            throw new BenchmarkException($"The page's reader could not go on: {failed.Exception!.InnerException!.Message}");
    }

    public void Dispose()
    {
        _end.Cancel();
        _ = ((IAsyncResult)Task.WhenAll(_readings)).AsyncWaitHandle.WaitOne();
        _client.Dispose();
        _hasNewest.Dispose();
        _end.Dispose();
    }

    private async Task ReadListAsync()
    {
        await foreach ((string type, string data) in ReadAsync("api/feed"))
        {
            if (type != "invocation") continue;
            using (JsonDocument invocation = JsonDocument.Parse(data)) _newest = invocation.RootElement.GetProperty("id").GetString()!;
            if (_hasNewest.CurrentCount == 0) _ = _hasNewest.Release();
        }

        throw new BenchmarkException("the feed of all invocations has ended.");
    }

    private async Task FollowNewestAsync()
    {
        string followed = "";
        while (true)
        {
            await _hasNewest.WaitAsync(_end.Token);
            if (_newest == followed) continue;
            followed = _newest;
            await foreach ((string type, _) in ReadAsync($"api/invocations/{followed}/feed"))
            {
                if (type == "chunks") ChunkEvents++;
            }
        }
    }

    // Nothing where the invocation is not kept any more.
    private async IAsyncEnumerable<(string Type, string Data)> ReadAsync(string path)
    {
        using HttpResponseMessage response = await _client.GetAsync(
            new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _end.Token);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound) yield break;
        _ = response.EnsureSuccessStatusCode();
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(_end.Token));
        string type = "";
        while (await lines.ReadLineAsync(_end.Token) is { } line)
        {
            if (line.StartsWith(EventField, StringComparison.Ordinal)) type = line[EventField.Length..];
            else if (line.StartsWith(DataField, StringComparison.Ordinal)) yield return (type, line[DataField.Length..]);
        }
    }
}
