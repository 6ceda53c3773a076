using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Sends one value as JSON, or an asynchronous sequence item by item.</summary>
/// <remarks>
/// <para>Each call is a whole response: status and headers, the items, finish. It completes when Lambda has accepted the response. Each item is on
/// its way before the next one is asked for. Status and headers wait for the first item: what fails before it fails the invocation, and the caller of
/// a function URL gets 502 instead of a 200.</para>
/// <para>All methods throw what <see cref="ResponseStreamWriter"/> throws: <see cref="ArgumentException"/> for status and headers that cannot be
/// sent, <see cref="InvalidOperationException"/> where the response has already started, <see cref="RuntimeApiException"/> when Lambda refuses it,
/// <see cref="OperationCanceledException"/> when the token fires.</para>
/// </remarks>
/// <example>
/// <code>
/// await response.SendJsonLinesAsync(ReadOrdersAsync(cancellationToken), OrderJson.Default.Order, cancellationToken);
/// </code>
/// </example>
public static class ResponseStreamWriterJsonExtensions
{
    /// <summary>Sends one value, with status 200 and <c>application/json</c>.</summary>
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendJsonAsync<T>(
        this ResponseStreamWriter response, T value, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken) =>
        response.SendJsonAsync(value, typeInfo, null, cancellationToken);

    /// <summary>Sends one value. It is in memory as JSON before anything is sent.</summary>
    /// <param name="response">The response.</param>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 200. <c>Content-Type: application/json</c> is added unless another is
    /// given.</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    public static async Task SendJsonAsync<T>(
        this ResponseStreamWriter response,
        T value,
        JsonTypeInfo<T> typeInfo,
        StatusAndHeaders? statusAndHeaders = null,
        CancellationToken cancellationToken = default)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, typeInfo);
        await response.SendWholeAsync(json, FormatHeaders.Complete(statusAndHeaders, ("Content-Type", "application/json")), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Sends one JSON value a line (NDJSON, <c>application/x-ndjson</c>), with status 200.</summary>
    /// <inheritdoc cref="SendJsonLinesAsync{T}(ResponseStreamWriter, IAsyncEnumerable{T}, JsonTypeInfo{T}, StatusAndHeaders, JsonLinesOptions,
    /// CancellationToken)" />
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendJsonLinesAsync<T>(
        this ResponseStreamWriter response, IAsyncEnumerable<T> items, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken) =>
        response.SendJsonLinesAsync(items, typeInfo, null, null, cancellationToken);

    /// <summary>Sends one JSON value a line (NDJSON, <c>application/x-ndjson</c>).</summary>
    /// <remarks>When the sequence fails after its first item, or is cancelled, the last line is <c>{"error":{...}}</c> (<see cref="StreamError"/>),
    /// and the exception goes on to the runtime, which logs it and ends the response with error trailers.</remarks>
    /// <param name="response">The response.</param>
    /// <param name="items">The values.</param>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 200. <c>Content-Type: application/x-ndjson</c> is added unless another is
    /// given.</param>
    /// <param name="options">Choices of the format; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the response early; the sequence gets it too.</param>
    public static async Task SendJsonLinesAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<T> items,
        JsonTypeInfo<T> typeInfo,
        StatusAndHeaders? statusAndHeaders = null,
        JsonLinesOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var deferred = new DeferredResponse(response, FormatHeaders.Complete(statusAndHeaders, ("Content-Type", "application/x-ndjson")));
        try
        {
            await WriteItemsAsync(deferred, items, typeInfo, beforeFirst: [], beforeOther: [], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (deferred.HasBegun)
        {
            var error = StreamError.From(e, options?.DescribeError, cancellationToken);
            await error.WriteAsync(response, before: default, after: "\n"u8).ConfigureAwait(false);
            throw;
        }
        await deferred.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a JSON array (<c>application/json</c>), an item a line, with status 200.</summary>
    /// <inheritdoc cref="SendJsonArrayAsync{T}(ResponseStreamWriter, IAsyncEnumerable{T}, JsonTypeInfo{T}, StatusAndHeaders, CancellationToken)" />
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendJsonArrayAsync<T>(
        this ResponseStreamWriter response, IAsyncEnumerable<T> items, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken) =>
        response.SendJsonArrayAsync(items, typeInfo, null, cancellationToken);

    /// <summary>Sends a JSON array (<c>application/json</c>), an item a line.</summary>
    /// <remarks>When the sequence fails after its first item, or is cancelled, the array is left without its closing bracket: no reader takes it for
    /// a whole one. The exception goes on to the runtime, which logs it and ends the response with error trailers.</remarks>
    /// <param name="response">The response.</param>
    /// <param name="items">The values.</param>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 200. <c>Content-Type: application/json</c> is added unless another is
    /// given.</param>
    /// <param name="cancellationToken">Ends the response early; the sequence gets it too.</param>
    public static async Task SendJsonArrayAsync<T>(
        this ResponseStreamWriter response,
        IAsyncEnumerable<T> items,
        JsonTypeInfo<T> typeInfo,
        StatusAndHeaders? statusAndHeaders = null,
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
