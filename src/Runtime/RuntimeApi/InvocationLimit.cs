namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>How long calls about an invocation may wait, whatever token their callers gave them. Nothing is bounded before the invocation's own token
/// fires, shortly before the deadline or at a stop.</summary>
/// <remarks>
/// A write that waits when it fires ends a moment later, while there is time to report it. What begins after that, and what ends an invocation
/// (finish, the report of an error), has until the deadline, and at least a second: better finished late than cut off.
/// </remarks>
internal sealed class InvocationLimit(Invocation invocation, TimeProvider time, CancellationToken ending)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>For late answers: Lambda Managed Instances let a handler run past its deadline.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>A timer reaches no further (49 days).</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Fires shortly before the deadline, and at a stop.</summary>
    public CancellationToken Ending => ending;

    /// <summary>Cancels when a write has waited for too long. Not any more once the result is disposed of.</summary>
    public IDisposable OfWrite(CancellationTokenSource target) => new Timer(this, target, isShort: !ending.IsCancellationRequested);

    /// <summary>Cancels when the end of an invocation has waited for too long. Not any more once the result is disposed of.</summary>
    public IDisposable OfEnd(CancellationTokenSource target) => new Timer(this, target, isShort: false);

    /// <summary>Starts when the invocation's token fires, so that most calls need none.</summary>
    private sealed class Timer : IDisposable
    {
        private readonly CancellationTokenRegistration _ending;
        private ITimer? _timer;

        public Timer(InvocationLimit limit, CancellationTokenSource target, bool isShort) =>
            _ending = limit.Ending.UnsafeRegister(_ => _timer = limit.Start(target, isShort), null);

        public void Dispose()
        {
            // Waits for a callback that runs just now, so that its timer is seen here.
            _ending.Dispose();
            _timer?.Dispose();
        }
    }

    private ITimer Start(CancellationTokenSource target, bool isShort)
    {
        TimeSpan left = invocation.RemainingTime;
        TimeSpan due = isShort && left > TimeSpan.Zero ? Moment : left < Shortest ? Shortest : left > Longest ? Timeout.InfiniteTimeSpan : left;
        return time.CreateTimer(static target => ((CancellationTokenSource)target!).Cancel(), target, due, Timeout.InfiniteTimeSpan);
    }
}
