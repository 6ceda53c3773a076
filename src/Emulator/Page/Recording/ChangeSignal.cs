namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>Wakes whoever waits for news. Where nobody does, the news costs one read of a field.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource? _next;

    /// <summary>Ends with the next change. Who asks first and then looks misses none.</summary>
    public Task Next()
    {
        while (true)
        {
            if (Volatile.Read(ref _next) is { } waiting)
                return waiting.Task;

            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _next, next, null) is null)
                return next.Task;
        }
    }

    /// <summary>There is a change.</summary>
    public void Set()
    {
        // What was changed must be visible before it is known that nobody waits, or a change could go unnoticed.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _next) is not null)
            Interlocked.Exchange(ref _next, null)?.TrySetResult();
    }
}
