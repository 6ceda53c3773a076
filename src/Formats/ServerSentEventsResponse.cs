using System.Buffers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>One response of server-sent events.</summary>
/// <remarks>https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream</remarks>
internal sealed class ServerSentEventsResponse(
    ResponseStreamWriter response, StatusAndHeaders? statusAndHeaders, ServerSentEventsOptions options)
{
    private static readonly byte[] Comment = ": keep-alive\n\n"u8.ToArray();

    /// <summary>Sends status and headers at once, for a reader that waits to see the stream open, then each event as it comes.</summary>
    public async Task SendAsync<T>(
        IAsyncEnumerable<SseItem<T>> items, Action<SseItem<T>, IBufferWriter<byte>> formatData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        StatusAndHeaders head = FormatHeaders.Complete(
            statusAndHeaders, ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"));
        await response.WriteStatusAndHeadersAsync(head, cancellationToken).ConfigureAwait(false);
        IAsyncEnumerable<SseItem<T>> keptAlive = KeepAliveAsync(items, cancellationToken);
        try
        {
            await SseFormatter.WriteAsync(keptAlive, response.AsStream(), formatData, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var error = StreamError.From(e, options.DescribeError, cancellationToken);
            await error.WriteAsync(response, "event: error\ndata: "u8, "\n\n"u8).ConfigureAwait(false);
            throw;
        }
        await response.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>The same events. A comment is written only while the formatter waits for one of them, so never during a write of its own.</summary>
    private async IAsyncEnumerable<SseItem<T>> KeepAliveAsync<T>(
        IAsyncEnumerable<SseItem<T>> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncEnumerator<SseItem<T>> source = items.GetAsyncEnumerator(ending.Token);
        await using (source.ConfigureAwait(false))
        {
            while (await MoveNextAsync(source, ending).ConfigureAwait(false))
                yield return source.Current;
        }
    }

    private async ValueTask<bool> MoveNextAsync<T>(IAsyncEnumerator<SseItem<T>> source, CancellationTokenSource ending)
    {
        Task<bool> next = source.MoveNextAsync().AsTask();
        try
        {
            while (!await EndsInTimeAsync(next).ConfigureAwait(false))
                await response.WriteAsync(Comment, ending.Token).ConfigureAwait(false);
        }
        catch
        {
            // A sequence must not be disposed of while it looks for its next item.
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        return await next.ConfigureAwait(false);
    }

    private async ValueTask<bool> EndsInTimeAsync(Task task)
    {
        await task.WaitAsync(options.KeepAliveInterval, options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
