using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), the data of each one line of JSON.</summary>
internal sealed class EventStream(HttpResponse response)
{
    /// <summary>A reader who was cut off comes again after this time.</summary>
    private static readonly byte[] Retry = "retry: 1000\n\n"u8.ToArray();

    /// <summary>Begins the answer.</summary>
    public async Task StartAsync()
    {
        response.ContentType = "text/event-stream";
        await response.Body.WriteAsync(Retry);
        await FlushAsync();
    }

    /// <summary>Writes an event; it leaves with the next flush.</summary>
    public async Task WriteAsync<T>(string name, T data, JsonTypeInfo<T> type)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(data, type);
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        await response.Body.WriteAsync(json);
        await response.Body.WriteAsync("\n\n"u8.ToArray());
    }

    /// <summary>Sends what is written.</summary>
    public Task FlushAsync() => response.Body.FlushAsync(response.HttpContext.RequestAborted);
}
