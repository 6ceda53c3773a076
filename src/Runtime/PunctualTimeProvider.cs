using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace StreamingLambda.Runtime;

/// <summary>The system's clock, with timers that fire in one thread of their own. Those of <see cref="TimeProvider.System"/> fire on the thread pool,
/// seconds late when handlers keep that busy.</summary>
/// <remarks>For callbacks that are done at once. The thread starts with the first timer. It is not woken for a timer that is due later than it sleeps
/// anyway, or that is gone: the deadline of an invocation costs no change of threads. It waits for an event and not with <see
/// cref="Monitor.Wait(object, int)"/>, whose first use in a process starts tables and a random number generator.</remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as the process.")]
internal sealed class PunctualTimeProvider : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private readonly AutoResetEvent _earlier = new(initialState: false);
    private bool _runs;
    private bool _hasSlept;
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

    /// <returns>Whether the thread is still to be started.</returns>
    private bool Add(Timer timer)
    {
        _timers.Add(timer);
        if (_runs && timer.Due < _wakesAt)
            _earlier.Set();
        bool starts = !_runs;
        _runs = true;
        return starts;
    }

    private void Run()
    {
        while (true)
            TakeNext().Fire();
    }

    /// <summary>Waits for the next timer. One at a time, so that a timer may still be given up by the callback of another.</summary>
    private Timer TakeNext()
    {
        while (true)
        {
            long left;
            lock (_timers)
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
                // Without a timer it sleeps until there is one; but for a second at first, so that the first invocation, which comes right after
                // the start, need not wake it for its deadline either.
                _wakesAt = next?.Due ?? (_hasSlept ? long.MaxValue : now + Stopwatch.Frequency);
                _hasSlept = true;
                left = _wakesAt - now;
            }
            // Rounded up in whole numbers: Math.Ceiling is a function of libm's on older processors.
            long milliseconds = left / (Stopwatch.Frequency / 1000) + 1;
            _earlier.WaitOne(milliseconds < int.MaxValue ? (int)milliseconds : Timeout.Infinite);
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
            bool starts = false;
            lock (provider._timers)
            {
                provider._timers.Remove(this);
                Due = Stopwatch.GetTimestamp() + (long)(dueTime.TotalSeconds * Stopwatch.Frequency);
                if (dueTime != Timeout.InfiniteTimeSpan)
                    starts = provider.Add(this);
            }
            // Not under the lock, which would be the first thing that the thread has to wait for.
            if (starts)
                BackgroundThread.Start(provider.Run, nameof(PunctualTimeProvider));
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
