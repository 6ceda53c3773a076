using System.Diagnostics;

namespace StreamingLambda.Runtime;

/// <summary>The system's clock, with timers that fire in one thread of their own. Those of <see cref="TimeProvider.System"/> fire on the thread pool,
/// seconds late when handlers keep that busy.</summary>
/// <remarks>For callbacks that are done at once. The thread starts with the first timer. It is not woken for a timer that is due later than it sleeps
/// anyway, or that is gone: the deadline of an invocation costs no change of threads.</remarks>
internal sealed class PunctualTimeProvider : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private bool _runs;
    private long _wakesAt;

    private PunctualTimeProvider()
    {
    }

    /// <summary>The process's one.</summary>
    public static PunctualTimeProvider Shared { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Add(Timer timer)
    {
        _timers.Add(timer);
        if (!_runs)
        {
            BackgroundThread.Start(Run, nameof(PunctualTimeProvider));
            _runs = true;
        }
        else if (timer.Due < _wakesAt)
        {
            Monitor.Pulse(_timers);
        }
    }

    private void Run()
    {
        while (true)
            TakeNext().Fire();
    }

    /// <summary>Waits for the next timer. One at a time, so that a timer may still be given up by the callback of another.</summary>
    private Timer TakeNext()
    {
        lock (_timers)
        {
            while (true)
            {
                Timer? next = null;
                foreach (Timer timer in _timers)
                    next = next is null || timer.Due < next.Due ? timer : next;
                long now = Stopwatch.GetTimestamp();
                if (next is not null && next.Due <= now)
                {
                    _timers.Remove(next);
                    return next;
                }
                _wakesAt = next?.Due ?? long.MaxValue;
                double milliseconds = Math.Ceiling((_wakesAt - now) * 1000.0 / Stopwatch.Frequency);
                Monitor.Wait(_timers, milliseconds < int.MaxValue ? (int)milliseconds : Timeout.Infinite);
            }
        }
    }

    private sealed class Timer(PunctualTimeProvider provider, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>In ticks of the stopwatch.</summary>
        public long Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
                throw new NotSupportedException("These timers fire once.");
            lock (provider._timers)
            {
                provider._timers.Remove(this);
                Due = Stopwatch.GetTimestamp() + (long)(dueTime.TotalSeconds * Stopwatch.Frequency);
                if (dueTime != Timeout.InfiniteTimeSpan)
                    provider.Add(this);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
