namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>How long a response may take, as a whole and between two pieces.</summary>
internal sealed class ResponseClock : IDisposable
{
    private readonly TaskCompletionSource<string> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _idleLimit;
    private readonly ITimer _whole;
    private readonly ITimer? _idle;

    /// <param name="time">The clock.</param>
    /// <param name="limit">For the whole response.</param>
    /// <param name="idleLimit">Between two pieces; null: no limit.</param>
    public ResponseClock(TimeProvider time, TimeSpan limit, TimeSpan? idleLimit)
    {
        _idleLimit = idleLimit ?? Timeout.InfiniteTimeSpan;
        _whole = Start(time, limit, $"the response is not complete after {limit.TotalSeconds:0.###} s, its TimeoutInMillis");
        if (idleLimit is { } idle)
        {
            string kind = idle < TimeSpan.FromMinutes(1) ? "an edge-optimized endpoint" : "a regional or private endpoint";
            _idle = Start(time, idle, $"no byte came for {idle.TotalSeconds:0.###} s, the idle limit of {kind}");
        }
    }

    /// <summary>Ends when a limit is passed, with the reason. It may never end.</summary>
    public Task<string> Over => _over.Task;

    /// <summary>A piece came.</summary>
    public void Touch() => _idle?.Change(_idleLimit, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _whole.Dispose();
        _idle?.Dispose();
    }

    private ITimer Start(TimeProvider time, TimeSpan due, string reason) =>
        time.CreateTimer(_ => _over.TrySetResult(reason), null, due, Timeout.InfiniteTimeSpan);
}
