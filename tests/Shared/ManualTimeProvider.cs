namespace StreamingLambda.Tests.Shared;

/// <summary>A clock that stands still until a test advances it. <see cref="AdvanceAsync"/> first waits until somebody waits for just that time, so
/// that a test never advances it too early.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _changed = NewSignal();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    /// <inheritdoc />
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
            throw new NotSupportedException("This clock has no periodic timers.");
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until a timer is due after <paramref name="span"/>, then advances the clock by it. Fails after
    /// <see cref="Limits.Step"/>.</summary>
    public async Task AdvanceAsync(TimeSpan span)
    {
        await WaitForTimerAsync(span);
        AdvanceNow(span);
    }

    /// <summary>Waits until a timer is due after <paramref name="span"/>, neither sooner, such as one that is about to be given up, nor later. Fails
    /// after <see cref="Limits.Step"/>.</summary>
    public async Task WaitForTimerAsync(TimeSpan span)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_timers.Exists(timer => timer.Due == _now + span))
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(Limits.Step);
        }
    }

    /// <summary>Advances the clock whether somebody waits for it or not. Timers fire in order, each at its own time.</summary>
    public void AdvanceNow(TimeSpan span)
    {
        DateTimeOffset end = GetUtcNow() + span;
        while (TakeNextDue(end) is { } timer)
            timer.Fire();
    }

    /// <summary>Takes the next timer up to <paramref name="end"/> and sets the clock to its time, or to the end if there is none.</summary>
    private ManualTimer? TakeNextDue(DateTimeOffset end)
    {
        lock (_gate)
        {
            ManualTimer? next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            DateTimeOffset reached = next?.Due ?? end;
            _now = reached > _now ? reached : _now;
            if (next is not null)
                _timers.Remove(next);
            return next;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTimeProvider clock, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
                clock._changed.TrySetResult();
                clock._changed = NewSignal();
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
