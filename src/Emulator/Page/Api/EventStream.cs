using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), the data of each one line of JSON.</summary>
internal sealed class EventStream(HttpResponse response)
{
    /// <summary>A reader who was cut off comes again after this time.</summary>
    private static readonly byte[] Retry = "retry: 1000\n\n"u8.ToArray();

    /// <summary>Bytes that may wait for a flush: what comes then waits for the reader.</summary>
    private const int MaxUnflushed = 64 * 1024;

    /// <summary>Begins the answer.</summary>
    public async Task StartAsync()
    {
        response.ContentType = "text/event-stream";
        await response.StartAsync(response.HttpContext.RequestAborted);
        response.BodyWriter.Write(Retry);
        await FlushAsync();
    }

    /// <summary>Writes an event; it leaves with the next flush, or when there is much of it.</summary>
    public Task WriteAsync<T>(string name, T data, JsonTypeInfo<T> type) =>
        WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: "), JsonSerializer.SerializeToUtf8Bytes(data, type));

    // What an event was made from can go while a reader lets it wait, and no more of it is copied than he takes.
    private async Task WriteAsync(byte[] begin, byte[] json)
    {
        PipeWriter body = response.BodyWriter;
        body.Write(begin);
        for (int at = 0; at < json.Length; at += MaxUnflushed)
        {
            body.Write(json.AsSpan(at, Math.Min(MaxUnflushed, json.Length - at)));
            if (body.UnflushedBytes >= MaxUnflushed)
                await FlushAsync();
        }
        body.Write("\n\n"u8);
    }

    /// <summary>Sends what is written.</summary>
    public async Task FlushAsync() => await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
}
