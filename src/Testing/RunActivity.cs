namespace StreamingLambda.Testing;

/// <summary>
/// Whether code of a handler runs just now, on any thread. Each await takes the flow of the call along (<see cref="ExecutionContext"/>), and .NET
/// says when a thread enters or leaves such a flow.
/// </summary>
internal sealed class RunActivity
{
    private static readonly AsyncLocal<RunActivity?> Flow = new(OnThreadChanged);

    private int _threads;
    private int _entries;

    /// <summary>The handler whose code runs in this thread; null: none does.</summary>
    public static RunActivity? Current => Flow.Value;

    /// <summary>How often a thread began to run its code. A higher number than before: something has happened.</summary>
    public int Entries => Volatile.Read(ref _entries);

    /// <summary>Whether no thread runs its code.</summary>
    public bool IsIdle => Volatile.Read(ref _threads) == 0;

    /// <summary>Whether it has ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Calls a handler, and knows from then on what its code does.</summary>
    public Task Run(Func<Task> handle)
    {
        RunActivity? before = Flow.Value;
        Flow.Value = this;
        Task? handling = null;
        try
        {
            handling = handle();
            return handling;
        }
        finally
        {
            Flow.Value = before;
            if (handling is null)
                IsOver = true;
            else
                handling.ContinueWith(
                    _ => IsOver = true, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static void OnThreadChanged(AsyncLocalValueChangedArgs<RunActivity?> change)
    {
        if (change.PreviousValue == change.CurrentValue)
            return;
        if (change.CurrentValue is { } entered)
        {
            Interlocked.Increment(ref entered._threads);
            Interlocked.Increment(ref entered._entries);
        }
        if (change.PreviousValue is { } left)
            Interlocked.Decrement(ref left._threads);
    }
}
