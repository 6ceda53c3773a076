namespace StreamingLambda.Testing;

/// <summary>Moves a clock to its next timer whenever the handlers that wait for it have nothing else to do.</summary>
internal sealed class ClockAdvancer(ManualClock clock)
{
    /// <summary>By a real clock. Between the moment when a thread takes work and the one when it is seen to run it passes less.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    /// <summary>By a real clock. The deadline fires the handler's token in a thread of its own, and a handler that listens is at work in no
    /// time.</summary>
    private static readonly TimeSpan Effect = TimeSpan.FromMilliseconds(200);

    private int _isRunning;

    /// <summary>A handler waits for a timer. Runs until none does any more.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            return;
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            while (clock.Waiting() is { Count: > 0 } waiting)
            {
                if (await AreIdleAsync(waiting).ConfigureAwait(false))
                    await JumpAsync(waiting).ConfigureAwait(false);
            }
            Volatile.Write(ref _isRunning, 0);
            // One that came meanwhile has not started it.
            if (clock.Waiting().Count == 0 || Interlocked.Exchange(ref _isRunning, 1) != 0)
                return;
        }
    }

    // Their code may be at work on a thread, or be about to be: as an item of the thread pool's queue.
    private static async Task<bool> AreIdleAsync(IReadOnlyList<RunActivity> waiting)
    {
        int entries = waiting.Sum(activity => activity.Entries);
        bool wereIdle = AreIdle(waiting);
        await Task.Delay(Moment, TimeProvider.System).ConfigureAwait(false);
        return wereIdle && AreIdle(waiting) && waiting.Sum(activity => activity.Entries) == entries;
    }

    private static bool AreIdle(IReadOnlyList<RunActivity> waiting) =>
        waiting.All(activity => activity.IsIdle) && ThreadPool.PendingWorkItemCount == 0;

    private async Task JumpAsync(IReadOnlyList<RunActivity> waiting)
    {
        int entries = waiting.Sum(activity => activity.Entries);
        if (clock.TakeNext() is not { } timer)
            return;
        ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Fire(), timer, preferLocal: false);
        if (timer.Activity is not null)
            return;
        for (TimeSpan waited = TimeSpan.Zero; waited < Effect && waiting.Sum(activity => activity.Entries) == entries; waited += Moment)
            await Task.Delay(Moment, TimeProvider.System).ConfigureAwait(false);
    }
}
