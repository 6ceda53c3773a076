namespace StreamingLambda.Testing;

/// <summary>A timer of a <see cref="ManualClock"/>, which keeps it and guards its state.</summary>
internal sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
{
    // CA2213 Disposable fields should be disposed: disposing of a captured context does nothing, and others hold it too.
#pragma warning disable CA2213
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
#pragma warning restore CA2213

    private volatile bool _isDisposed;

    /// <summary>The handler that waits for it; null: it belongs to the runtime or to the test.</summary>
    public RunActivity? Activity { get; } = RunActivity.Current;

    /// <summary>When it fires next.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>How long after that it fires again; infinite: never.</summary>
    public TimeSpan Period { get; set; }

    public void Fire()
    {
        if (_context is null)
            callback(state);
        else
            ExecutionContext.Run(_context, static timer => ((ManualTimer)timer!).Call(), this);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) => !_isDisposed && clock.Change(this, dueTime, period);

    public void Dispose()
    {
        _isDisposed = true;
        clock.Remove(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Call() => callback(state);
}
