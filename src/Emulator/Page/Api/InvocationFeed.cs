using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>Tells a reader everything about one invocation, from its beginning, and goes on as it goes on. Ends with it.</summary>
internal sealed class InvocationFeed(RecordedInvocation invocation, Recorder recorder, TimeProvider time)
{
    /// <summary>Chunks and lines in one event.</summary>
    private const int Batch = 200;

    /// <summary>Characters of chunks after which an event takes no further one: each reader who does not read holds one event.</summary>
    private const int BatchLength = 64 * 1024;

    /// <summary>Between two looks, as long as there is something to see.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private int _version = -1;
    private int _chunks;
    private int _lines;
    private long _lastChunkLength;

    /// <summary>Sends until the invocation has ended, or the reader leaves.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var stream = new EventStream(context.Response);
        await stream.StartAsync();
        while (true)
        {
            Task changed = recorder.Changes.Next();
            // Whether it is over is looked up first: what is read after that is all there is.
            bool isOver = invocation.HasEnded || invocation.IsDropped;
            // Of one that is not kept any more nothing is left to tell.
            if (invocation.Version != _version && Look() is { } now && !invocation.IsDropped)
            {
                await stream.WriteAsync("invocation", now, ApiJson.Instance.InvocationJson);
                await SendChunksAsync(stream);
                await SendLinesAsync(stream);
                await stream.FlushAsync();
            }
            if (isOver)
            {
                await stream.WriteAsync("end", new RemovedJson(invocation.Request.RequestId), ApiJson.Instance.RemovedJson);
                return;
            }
            await changed.WaitAsync(context.RequestAborted);
            await Task.Delay(Interval, time, context.RequestAborted);
        }
    }

    private InvocationJson Look()
    {
        _version = invocation.Version;
        return InvocationJson.Of(invocation);
    }

    private async Task SendChunksAsync(EventStream stream)
    {
        // The last one told may have grown.
        if (_chunks > 0 && invocation.ReadChunks(_chunks - 1, 1) is [var last] && last.Length != _lastChunkLength)
            _chunks--;
        while (WriteNextChunks(stream) is { } written)
            await written;
    }

    // Not by itself asynchronous: while the reader lets it wait, it must not hold what the event was made from.
    private Task? WriteNextChunks(EventStream stream)
    {
        List<ChunkJson> chunks = [];
        int length = 0;
        foreach (RecordedChunk chunk in invocation.ReadChunks(_chunks, Batch))
        {
            if (length >= BatchLength)
                break;
            var json = ChunkJson.Of(invocation, chunk);
            length += json.Text?.Length ?? json.Base64?.Length ?? 0;
            chunks.Add(json);
        }
        if (chunks.Count == 0)
            return null;

        int first = _chunks;
        _chunks += chunks.Count;
        _lastChunkLength = chunks[^1].Size;
        return stream.WriteAsync("chunks", new ChunksJson(first, chunks), ApiJson.Instance.ChunksJson);
    }

    private async Task SendLinesAsync(EventStream stream)
    {
        RecordedLine[] lines;
        while ((lines = invocation.ReadLines(_lines, Batch)).Length > 0)
        {
            var json = new LogJson(_lines, [.. lines.Select(line => new LineJson(invocation.Since(line.Timestamp)!.Value, line.Text))]);
            await stream.WriteAsync("log", json, ApiJson.Instance.LogJson);
            _lines += lines.Length;
        }
    }
}
