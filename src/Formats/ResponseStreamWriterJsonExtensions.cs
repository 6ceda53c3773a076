using System.Buffers;
using System.Text.Json.Serialization.Metadata;

using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Sends an asynchronous sequence as JSON, item by item.</summary>
/// <remarks>Each call is a whole response: status and headers, the items, finish. Each item is on its way before the next one is asked for. Status
/// and headers wait for the first item: a sequence that fails before it fails the invocation, and the caller of a function URL gets 502 instead of a
/// 200.</remarks>
/// <example>
/// <code>
/// await response.SendJsonLinesAsync(ReadOrdersAsync(cancellationToken), OrderJson.Default.Order, cancellationToken);
/// </code>
/// </example>
public static class ResponseStreamWriterJsonExtensions
{
    /// <summary>Sends one JSON value a line (NDJSON, <c>application/x-ndjson</c>).</summary>
    /// <remarks>When the sequence fails after its first item, or is cancelled, the last line is <c>{"error":{...}}</c> (<see cref="StreamError"/>),
    /// and the exception goes on to the runtime, which logs it and ends the response with error trailers.</remarks>
    public static Task SendJsonLinesAsync<T>(
        this ResponseStreamWriter response, IAsyncEnumerable<T> items, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default) =>
        response.SendJsonLinesAsync(items, typeInfo, new JsonLinesOptions(), cancellationToken);

    /// <inheritdoc cref="SendJsonLinesAsync{T}(ResponseStreamWriter, IAsyncEnumerable{T}, JsonTypeInfo{T}, CancellationToken)" />
    public static async Task SendJsonLinesAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<T> items,
        JsonTypeInfo<T> typeInfo,
        JsonLinesOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var deferred = new DeferredResponse(response, FormatHeaders.Complete(options.StatusAndHeaders, ("Content-Type", "application/x-ndjson")));
        try
        {
            await WriteItemsAsync(deferred, items, typeInfo, beforeFirst: [], beforeOther: [], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (deferred.HasBegun)
        {
            var error = StreamError.From(e, options.DescribeError, cancellationToken);
            await error.WriteAsync(response, before: default, after: "\n"u8).ConfigureAwait(false);
            throw;
        }
        await deferred.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a JSON array (<c>application/json</c>), an item a line.</summary>
    /// <remarks>When the sequence fails after its first item, or is cancelled, the array is left without its closing bracket: no reader takes it for
    /// a whole one. The exception goes on to the runtime, which logs it and ends the response with error trailers.</remarks>
    public static Task SendJsonArrayAsync<T>(
        this ResponseStreamWriter response, IAsyncEnumerable<T> items, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default) =>
        response.SendJsonArrayAsync(items, typeInfo, new StatusAndHeaders(200), cancellationToken);

    /// <inheritdoc cref="SendJsonArrayAsync{T}(ResponseStreamWriter, IAsyncEnumerable{T}, JsonTypeInfo{T}, CancellationToken)" />
    public static async Task SendJsonArrayAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<T> items,
        JsonTypeInfo<T> typeInfo,
        StatusAndHeaders statusAndHeaders,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var deferred = new DeferredResponse(response, FormatHeaders.Complete(statusAndHeaders, ("Content-Type", "application/json")));
        await WriteItemsAsync(deferred, items, typeInfo, "["u8.ToArray(), ","u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await deferred.FinishAsync(deferred.HasBegun ? "]\n"u8.ToArray() : "[]\n"u8.ToArray()).ConfigureAwait(false);
    }

    private static async Task WriteItemsAsync<T>(
        DeferredResponse response,
        IAsyncEnumerable<T> items,
        JsonTypeInfo<T> typeInfo,
        byte[] beforeFirst,
        byte[] beforeOther,
        CancellationToken cancellationToken)
    {
        using var json = new JsonItemWriter<T>(typeInfo);
        var buffer = new ArrayBufferWriter<byte>();
        await foreach (T item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            // In one write: nothing is ever sent of an item that cannot be serialized.
            buffer.ResetWrittenCount();
            buffer.Write(response.HasBegun ? beforeOther : beforeFirst);
            json.Write(buffer, item);
            buffer.Write("\n"u8);
            await response.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
    }
}
