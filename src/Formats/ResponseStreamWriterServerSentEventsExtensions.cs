using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Serialization.Metadata;

using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Sends server-sent events, as a browser's <c>EventSource</c> reads them.</summary>
/// <remarks>
/// <para>Each call is a whole response: status and headers, the events, finish. Status and headers go out before the first event is asked for; what
/// should become an error status must be checked before the call. Each event is on its way before the next one is asked for.</para>
/// <para>When the sequence fails or is cancelled, an event <c>error</c> tells the reader (<see cref="StreamError"/>), and the exception goes on to
/// the runtime, which logs it and ends the response with error trailers. An <c>EventSource</c> asks again after any end of the stream until it is
/// closed.</para>
/// </remarks>
/// <example>
/// <code>
/// await response.SendServerSentEventsAsync(ReadTokensAsync(cancellationToken), cancellationToken);
/// </code>
/// </example>
public static class ResponseStreamWriterServerSentEventsExtensions
{
    /// <summary>Sends events whose data is text.</summary>
    public static Task SendServerSentEventsAsync(
        this ResponseStreamWriter response, IAsyncEnumerable<SseItem<string>> items, CancellationToken cancellationToken = default) =>
        response.SendServerSentEventsAsync(items, new ServerSentEventsOptions(), cancellationToken);

    /// <summary>Sends events whose data is text.</summary>
    public static Task SendServerSentEventsAsync(
        this ResponseStreamWriter response,
        IAsyncEnumerable<SseItem<string>> items,
        ServerSentEventsOptions options,
        CancellationToken cancellationToken = default) =>
        new ServerSentEventsResponse(response, options)
            .SendAsync(items, static (item, data) => Encoding.UTF8.GetBytes(item.Data, data), cancellationToken);

    /// <summary>Sends events whose data is JSON, in one line.</summary>
    public static Task SendServerSentEventsAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<SseItem<T>> items,
        JsonTypeInfo<T> typeInfo,
        CancellationToken cancellationToken = default) =>
        response.SendServerSentEventsAsync(items, typeInfo, new ServerSentEventsOptions(), cancellationToken);

    /// <summary>Sends events whose data is JSON, in one line.</summary>
    public static async Task SendServerSentEventsAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<SseItem<T>> items,
        JsonTypeInfo<T> typeInfo,
        ServerSentEventsOptions options,
        CancellationToken cancellationToken = default)
    {
        using var json = new JsonItemWriter<T>(typeInfo);
        await new ServerSentEventsResponse(response, options)
            .SendAsync(items, (item, data) => json.Write(data, item.Data), cancellationToken).ConfigureAwait(false);
    }
}
