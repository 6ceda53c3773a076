namespace StreamingLambda.Testing;

/// <summary>A clock for tests that stands still until it is advanced: by the test, or, with <see cref="AutoAdvance"/>, by itself whenever the handler
/// waits for it. A test never guesses how long a handler needs until it waits.</summary>
/// <remarks>Give the same clock to the handler, for its pauses, and to the host (<see cref="TestHost.TimeProvider"/>), for deadlines and the times of
/// chunks. It serves everything that takes a <see cref="TimeProvider"/>: <c>Task.Delay</c>, <c>PeriodicTimer</c>, <c>CancellationTokenSource</c>,
/// <c>WaitAsync</c>. It begins at the start of 2026, and its time zone is UTC, as on Lambda.</remarks>
/// <example>
/// <code>
/// var clock = new ManualClock { AutoAdvance = true };
/// var host = new TestHost(new Countdown(clock)) { TimeProvider = clock };
/// TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get());
/// Assert.Equal(TimeSpan.FromSeconds(10), response.Chunks[^1].Elapsed);
/// </code>
/// </example>
public sealed class ManualClock : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly ClockAdvancer? _advancer;
    private TaskCompletionSource _changed = NewSignal();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether the time moves by itself: when a handler under a <see cref="TestHost"/> waits for a timer of this clock and none of its code
    /// runs, the time jumps to the next timer. Default false: only the test moves it.</summary>
    /// <remarks>What the clock cannot see is what happens elsewhere: a handler that waits for the network, for a real clock or for the test while one
    /// of its timers runs is a handler that waits for that timer. Such a test advances the clock itself. The deadline alone is nothing that a handler
    /// waits for, and a handler that blocks its thread is not one that waits.</remarks>
    public bool AutoAdvance
    {
        get => _advancer is not null;
        init => _advancer = value ? new ClockAdvancer(this) : null;
    }

    /// <summary>How long, by a real clock, <see cref="AdvanceAsync"/> and <see cref="WaitForTimerAsync"/> wait before they fail. Default 30
    /// seconds.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

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
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until somebody waits for just this time from now, then advances the clock by it.</summary>
    /// <param name="span">How far; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <exception cref="TimeoutException">Nobody waits for it within <see cref="WaitLimit"/>.</exception>
    public async Task AdvanceAsync(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        await WaitForTimerAsync(span).ConfigureAwait(false);
        AdvanceNow(span);
    }

    /// <summary>Waits until a timer is due after <paramref name="span"/>: neither sooner, such as one that is about to be given up, nor
    /// later.</summary>
    /// <param name="span">How long after now it is due.</param>
    /// <exception cref="TimeoutException">There is none within <see cref="WaitLimit"/>.</exception>
    public async Task WaitForTimerAsync(TimeSpan span)
    {
        using var limit = new CancellationTokenSource(WaitLimit);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_timers.Exists(timer => timer.Due == _now + span))
                    return;
                changed = _changed.Task;
            }
            try
            {
                await changed.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"Nobody waits for {span} on this clock, within {WaitLimit} ({nameof(WaitLimit)}). {DescribeTimers()}", e);
            }
        }
    }

    /// <summary>Advances the clock whether somebody waits for it or not. Timers fire in this thread, in order, each at its own time.</summary>
    /// <param name="span">How far; not negative.</param>
    public void AdvanceNow(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        DateTimeOffset end = GetUtcNow() + span;
        while (TakeNext(end) is { } timer)
            timer.Fire();
        lock (_gate)
            _now = end > _now ? end : _now;
    }

    /// <summary>Takes the next timer, none later than <paramref name="end"/>, and sets the clock to its time.</summary>
    internal ManualTimer? TakeNext(DateTimeOffset? end = null)
    {
        lock (_gate)
        {
            if (_timers.MinBy(timer => timer.Due) is not { } next || next.Due > end)
                return null;
            _now = next.Due > _now ? next.Due : _now;
            Restart(next);
            return next;
        }
    }

    /// <summary>The handlers that wait for a timer of this clock.</summary>
    internal IReadOnlyList<RunActivity> Waiting()
    {
        lock (_gate)
            return [.. _timers.Select(timer => timer.Activity).OfType<RunActivity>().Where(activity => !activity.IsOver).Distinct()];
    }

    internal bool Change(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            timer.Period = period;
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            timer.Due = _now + dueTime;
            _timers.Add(timer);
            _changed.TrySetResult();
            _changed = NewSignal();
        }
        if (timer.Activity is not null)
            _advancer?.Start();
        return true;
    }

    internal void Remove(ManualTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }

    private void Restart(ManualTimer timer)
    {
        if (timer.Period > TimeSpan.Zero)
            timer.Due += timer.Period;
        else
            _timers.Remove(timer);
    }

    private string DescribeTimers()
    {
        lock (_gate)
        {
            return _timers.Count == 0
                ? "It has no timers."
                : $"Its timers are due after {string.Join(", ", _timers.Select(timer => timer.Due - _now).Order())}.";
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
