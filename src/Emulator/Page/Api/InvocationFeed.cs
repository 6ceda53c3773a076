using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>Tells a reader everything about one invocation, from its beginning, and goes on as it goes on. Ends with it.</summary>
internal sealed class InvocationFeed(RecordedInvocation invocation, Recorder recorder, TimeProvider time)
{
    /// <summary>Chunks and lines in one event.</summary>
    private const int Batch = 200;

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
            if (invocation.Version != _version)
            {
                InvocationJson now = Look();
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
        if (_chunks > 0 && invocation.ReadChunks(_chunks - 1, 1)[0].Length != _lastChunkLength)
            _chunks--;
        RecordedChunk[] chunks;
        while ((chunks = invocation.ReadChunks(_chunks, Batch)).Length > 0)
        {
            var json = new ChunksJson(_chunks, [.. chunks.Select(chunk => ChunkJson.Of(invocation, chunk))]);
            await stream.WriteAsync("chunks", json, ApiJson.Instance.ChunksJson);
            _chunks += chunks.Length;
            _lastChunkLength = chunks[^1].Length;
        }
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
