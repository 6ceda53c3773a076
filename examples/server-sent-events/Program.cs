using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

return await LambdaRuntime.RunAsync(SendClockAsync);

// A clock that never ends, in a function that must: it ends its response when the deadline is near, and the reader's EventSource connects again and
// goes on behind the last tick that it got.
static async Task SendClockAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
{
    if (!FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
    {
        await response.SendProblemAsync("Call this function through its URL.", new(400), cancellationToken);
        return;
    }
    // What must be checked is checked before the first event: later there is no status to say no with.
    if (!long.TryParse(request.GetQuery("every") ?? "1", CultureInfo.InvariantCulture, out long every) || every is < 1 or > 60)
    {
        await response.SendProblemAsync("'every' is a number of seconds, 1 to 60.", new(400), cancellationToken);
        return;
    }
    if (!TryReadLast(request, out long? last))
    {
        await response.SendProblemAsync("'Last-Event-ID' has no id of this stream. Its ids are numbers.", new(400), cancellationToken);
        return;
    }
    // The default, 15 seconds, keeps proxies from closing a silent connection. Here it is one second, to show that readers pass the comments over.
    var options = new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.FromSeconds(1) };
    await response.SendServerSentEventsAsync(ReadTicksAsync(every, last, cancellationToken), new(200), options, cancellationToken);
}

// An EventSource sends the id of the last event that it got when it connects again.
static bool TryReadLast(FunctionUrlRequest request, out long? last)
{
    string? text = request.GetHeader("Last-Event-ID");
    bool isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
    last = isNumber ? number : null;
    return isNumber || string.IsNullOrEmpty(text);
}

static async IAsyncEnumerable<SseItem<string>> ReadTicksAsync(
    long every, long? last, [EnumeratorCancellation] CancellationToken cancellationToken)
{
    long now = CountTicks(every);
    // Ticks that the reader has missed come first, the last hundred at most: an old id must not ask for a million events.
    long next = Math.Clamp(last + 1 ?? now, now - 100, now + 1);
    // How long the reader waits before it connects again: said once, with the first event.
    TimeSpan? retry = TimeSpan.FromSeconds(2);
    // A sequence that ends when the token fires has ended well, and so does the response.
    while (!cancellationToken.IsCancellationRequested)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(next * every);
        await Task.Delay(Later(time), TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancellationToken.IsCancellationRequested)
            yield break;
        yield return new SseItem<string>(time.ToString("HH:mm:ss", CultureInfo.InvariantCulture), "tick")
        {
            EventId = next.ToString(CultureInfo.InvariantCulture),
            ReconnectionInterval = retry,
        };
        retry = null;
        next++;
    }
}

static long CountTicks(long every) => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / every;

static TimeSpan Later(DateTimeOffset time)
{
    TimeSpan wait = time - TimeProvider.System.GetUtcNow();
    return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
}
