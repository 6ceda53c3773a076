using System.Buffers;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>
/// One invocation on its way through the platform: from the caller's request to the end of the runtime's work on it. It always ends: by the
/// runtime's response or error, else by the platform's verdict (deadline, exit), and a response that is on its way ends with its
/// <see cref="ResponseInProgress"/>, whatever happens to that.
/// </summary>
internal sealed class Invocation(InvokeRequest request, IResponseReceiver receiver)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<InvocationOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _judged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cut = new();
    private IInvocationObserver? _observer;
    private State _state = State.Waiting;
    private InvocationOutcome? _verdict;

    private enum State
    {
        /// <summary>No runtime has it yet. Goes to <see cref="Delivered"/>, or to <see cref="Abandoned"/>.</summary>
        Waiting,

        /// <summary>The runtime has the event. Goes to <see cref="Responding"/>, <see cref="Answered"/> or <see cref="Abandoned"/>.</summary>
        Delivered,

        /// <summary>The response is on its way through the receiver. Goes to <see cref="BrokenOff"/> or <see cref="Answered"/>.</summary>
        Responding,

        /// <summary>The connection broke in mid-response; whether the process died is known in a moment. Goes to <see cref="Answered"/>.</summary>
        BrokenOff,

        /// <summary>The runtime has had its say and the caller has its outcome. The runtime may still do background work. The end.</summary>
        Answered,

        /// <summary>The caller has its outcome from the platform (deadline, exit): a late answer gets a 410. The end.</summary>
        Abandoned,
    }

    /// <summary>What the caller asked.</summary>
    public InvokeRequest Request { get; } = request;

    /// <summary>Where the response goes.</summary>
    public IResponseReceiver Receiver { get; } = receiver;

    /// <summary>The end of what is logged while it runs.</summary>
    public LogTail Log { get; } = new();

    /// <summary>Learns what happens from here on; null: nobody does.</summary>
    public IInvocationObserver? Observer
    {
        get => _observer;
        set
        {
            _observer = value;
            Log.Added = value is null ? null : value.OnLogLine;
        }
    }

    /// <summary>Unique for this attempt: the runtime echoes it, so that a late answer to another attempt is recognised.</summary>
    public string InvocationId { get; } = Guid.NewGuid().ToString();

    /// <summary>When the function must be done.</summary>
    public DateTimeOffset Deadline { get; private set; }

    /// <summary>Bytes of the response that went to the receiver.</summary>
    public long ResponseBytes { get; private set; }

    /// <summary>When the first of them arrived, as a timestamp of the time provider; 0 before.</summary>
    public long FirstByteTimestamp { get; private set; }

    /// <summary>The caller's outcome. From then on nobody touches the receiver.</summary>
    public Task<InvocationOutcome> Outcome => _outcome.Task;

    /// <summary>Ends when the runtime begins to answer, or when the caller has its outcome without that.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Ends when nothing of a response can come any more: its connection has ended, or the caller has its outcome.</summary>
    public Task Received => _received.Task;

    /// <summary>Ends when the runtime is through with it: it asked for the next one.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Ends when everything about it is in the log.</summary>
    public Task Logged => _logged.Task;

    /// <summary>Fires when the platform cuts the response off.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Ends when the platform has given its verdict.</summary>
    public Task Judged => _judged.Task;

    /// <summary>Whether no runtime has it yet.</summary>
    public bool IsWaiting => Is(State.Waiting);

    /// <summary>Whether its response is on its way.</summary>
    public bool IsResponding => Is(State.Responding);

    /// <summary>Whether the platform has given up on it.</summary>
    public bool IsAbandoned => Is(State.Abandoned);

    /// <summary>Whether the runtime still owes an answer, or the rest of it.</summary>
    public bool IsOpen => Is(State.Delivered) || Is(State.Responding);

    /// <summary>Whether its response is complete, or its error reported.</summary>
    public bool IsAnswered => Is(State.Answered);

    /// <summary>What it is at, in the words of the platform's own state machine.</summary>
    public string StateName
    {
        get
        {
            lock (_lock)
            {
                return _state switch
                {
                    State.Waiting => "RuntimeReady",
                    State.Delivered => "RuntimeRunning",
                    State.Responding => "RuntimeResponding",
                    _ => "RuntimeResponseSent",
                };
            }
        }
    }

    /// <summary>The runtime takes the event. False: the platform failed the invocation before.</summary>
    public bool TryDeliver(DateTimeOffset deadline)
    {
        lock (_lock)
        {
            if (_state != State.Waiting)
                return false;

            Deadline = deadline;
            _state = State.Delivered;
            Observer?.OnDelivered(deadline);
            return true;
        }
    }

    /// <summary>
    /// The runtime begins to respond: the only way to the receiver. Null: it may not. To be disposed, which settles the invocation at the latest.
    /// </summary>
    public ResponseInProgress? TryBeginResponse()
    {
        lock (_lock)
        {
            if (_state != State.Delivered)
                return null;

            _state = State.Responding;
        }
        _begun.TrySetResult();
        return new ResponseInProgress(this);
    }

    /// <summary>Counts what arrived, before it is passed on.</summary>
    public void CountResponse(in ReadOnlySequence<byte> data, long timestamp)
    {
        if (ResponseBytes == 0)
            FirstByteTimestamp = timestamp;
        ResponseBytes += data.Length;
        Observer?.OnReceived(data, timestamp);
    }

    /// <summary>For <see cref="ResponseInProgress"/>: the connection broke.</summary>
    public void BreakOff()
    {
        lock (_lock)
        {
            _state = State.BrokenOff;
        }
        _received.TrySetResult();
    }

    /// <summary>For <see cref="ResponseInProgress"/>: the response ended. When it was cut off, the platform's verdict says why.</summary>
    public void EndResponse(InvocationOutcome outcome)
    {
        lock (_lock)
        {
            if (_state is not (State.Responding or State.BrokenOff))
                return;

            Settle(State.Answered, outcome.IsCutOff && _verdict is not null ? _verdict : outcome);
        }
    }

    /// <summary>The runtime reported an error instead of a response.</summary>
    public bool TryFail(InvocationOutcome outcome)
    {
        lock (_lock)
        {
            if (_state != State.Delivered)
                return false;

            Settle(State.Answered, outcome);
            return true;
        }
    }

    /// <summary>
    /// The platform's verdict: timeout, exit, failed init. Ends the invocation at once, or once the response that is on its way has
    /// stopped; <paramref name="cut"/> stops it now. No effect when the caller has its outcome.
    /// </summary>
    public void Judge(InvocationOutcome verdict, bool cut)
    {
        lock (_lock)
        {
            if (_state is State.Responding or State.BrokenOff)
                _verdict ??= verdict;
            else if (_state is State.Waiting or State.Delivered)
                Settle(State.Abandoned, verdict);
        }

        _judged.TrySetResult();
        if (cut)
            _cut.Cancel();
    }

    /// <summary>Everything about it is in the log.</summary>
    public void MarkLogged()
    {
        if (_logged.TrySetResult())
            Observer?.OnEnd();
    }

    /// <summary>The runtime is through with it.</summary>
    public void Finish() => _finished.TrySetResult();

    private void Settle(State state, InvocationOutcome outcome)
    {
        _state = state;
        Observer?.OnOutcome(outcome);
        _outcome.TrySetResult(outcome);
        _received.TrySetResult();
        _begun.TrySetResult();
    }

    private bool Is(State state)
    {
        lock (_lock)
        {
            return _state == state;
        }
    }
}
