using System.Globalization;
using System.Net.ServerSentEvents;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

return await LambdaRuntime.RunAsync((invocation, response, cancellationToken) =>
{
    string? lastEventId = FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request) ? request.GetHeader("Last-Event-ID") : null;
    return response.SendServerSentEventsAsync(TicksAfterAsync(lastEventId), cancellationToken);
});

// Five ticks. The first response breaks off after the third, as one does at a function's deadline; the reader comes back for the rest.
static async IAsyncEnumerable<SseItem<string>> TicksAfterAsync(string? lastEventId)
{
    int sent = int.Parse(lastEventId ?? "0", CultureInfo.InvariantCulture);
    for (int i = sent + 1; i <= (lastEventId is null ? 3 : 5); i++)
    {
        yield return new SseItem<string>($"{i} of 5", "tick") { EventId = $"{i}", ReconnectionInterval = TimeSpan.FromMilliseconds(50) };
        await Task.Yield();
    }
    if (lastEventId is not null)
        yield return new SseItem<string>("", "done");
}
