using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
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
    /// <summary>Sends events whose data is text, with status 200.</summary>
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendServerSentEventsAsync(
        this ResponseStreamWriter response, IAsyncEnumerable<SseItem<string>> items, CancellationToken cancellationToken) =>
        response.SendServerSentEventsAsync(items, null, null, cancellationToken);

    /// <summary>Sends events whose data is text.</summary>
    /// <param name="response">The response.</param>
    /// <param name="items">The events.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 200. <c>Content-Type: text/event-stream</c> and <c>Cache-Control:
    /// no-cache</c> are added unless others are given.</param>
    /// <param name="options">Choices of the format; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the response early; the sequence gets it too.</param>
    public static Task SendServerSentEventsAsync(
        this ResponseStreamWriter response,
        IAsyncEnumerable<SseItem<string>> items,
        StatusAndHeaders? statusAndHeaders = null,
        ServerSentEventsOptions? options = null,
        CancellationToken cancellationToken = default) =>
        new ServerSentEventsResponse(response, statusAndHeaders, options ?? new())
            .SendAsync(items, static (item, data) => Encoding.UTF8.GetBytes(item.Data, data), cancellationToken);

    /// <summary>Sends events whose data is JSON, in one line, with status 200.</summary>
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendServerSentEventsAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<SseItem<T>> items,
        JsonTypeInfo<T> typeInfo,
        CancellationToken cancellationToken) =>
        response.SendServerSentEventsAsync(items, typeInfo, null, null, cancellationToken);

    /// <summary>Sends events whose data is JSON, in one line.</summary>
    /// <param name="response">The response.</param>
    /// <param name="items">The events.</param>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 200. <c>Content-Type: text/event-stream</c> and <c>Cache-Control:
    /// no-cache</c> are added unless others are given.</param>
    /// <param name="options">Choices of the format; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the response early; the sequence gets it too.</param>
    public static async Task SendServerSentEventsAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<SseItem<T>> items,
        JsonTypeInfo<T> typeInfo,
        StatusAndHeaders? statusAndHeaders = null,
        ServerSentEventsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        using var json = new JsonItemWriter<T>(typeInfo);
        await new ServerSentEventsResponse(response, statusAndHeaders, options ?? new())
            .SendAsync(items, (item, data) => json.Write(data, item.Data), cancellationToken).ConfigureAwait(false);
    }
}
