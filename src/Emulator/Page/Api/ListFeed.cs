using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>
/// Tells a reader of each invocation that is kept, and again whenever something about it has changed. It has no queue: it looks what is new since it
/// looked last, so that a slow reader gets fewer events and nobody waits for him.
/// </summary>
internal sealed class ListFeed(Recorder recorder, TimeProvider time)
{
    /// <summary>Between two looks: what a reader's eye takes for at once.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends until the reader leaves.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var stream = new EventStream(context.Response);
        await stream.StartAsync();
        var told = new Dictionary<RecordedInvocation, int>();
        while (true)
        {
            Task changed = recorder.Changes.Next();
            IReadOnlyList<RecordedInvocation> kept = recorder.Kept;
            foreach (RecordedInvocation gone in told.Keys.Except(kept).ToList())
            {
                told.Remove(gone);
                await stream.WriteAsync("removed", new RemovedJson(gone.Request.RequestId), ApiJson.Instance.RemovedJson);
            }
            foreach (RecordedInvocation invocation in kept)
            {
                int version = invocation.Version;
                if (told.TryGetValue(invocation, out int before) && before == version)
                    continue;
                told[invocation] = version;
                await stream.WriteAsync("invocation", InvocationJson.Of(invocation), ApiJson.Instance.InvocationJson);
            }
            await stream.FlushAsync();
            await changed.WaitAsync(context.RequestAborted);
            await Task.Delay(Interval, time, context.RequestAborted);
        }
    }
}
