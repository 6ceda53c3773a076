using System.Threading.Channels;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.RuntimeApi;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// What the platform knows of one runtime: whether it is initialised, what it waits for, what it has to answer. Every call of the Runtime
/// API is judged here; a call that does not fit gets a <see cref="Refusal"/>.
/// </summary>
internal sealed class RuntimeState(FunctionSettings settings, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Channel<Invocation> _offered = Channel.CreateUnbounded<Invocation>();
    private readonly Dictionary<string, Invocation> _delivered = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<InvocationOutcome> _initFailed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    /// <summary>Ends when the runtime asks for its first invocation.</summary>
    public Task Initialized => _initialized.Task;

    /// <summary>Ends when the runtime reports that it cannot start.</summary>
    public Task<InvocationOutcome> InitFailed => _initFailed.Task;

    /// <summary>Whether an extension is registered, which earns a SIGTERM before the SIGKILL.</summary>
    public bool HasExtension { get; set; }

    private bool IsConcurrent => settings.MaxConcurrency is not null;

    /// <summary>Puts an invocation where the runtime's next question finds it.</summary>
    public void Offer(Invocation invocation) => _offered.Writer.TryWrite(invocation);

    /// <summary><c>GET /next</c> arrives. Null: it may wait for an invocation, and calls <see cref="EndNext"/> when it is through.</summary>
    public Refusal? BeginNext()
    {
        lock (_lock)
        {
            if (!IsConcurrent && RefuseNext() is { } refusal)
                return refusal;
            if (IsConcurrent && _waiting >= settings.MaxConcurrency)
            {
                return new Refusal(
                    StatusCodes.Status500InternalServerError,
                    "Runtime.TooManyIdleRuntimes",
                    "Too many idle runtimes",
                    $"it asked for more invocations at a time than its {settings.MaxConcurrency}. Rule: at most AWS_LAMBDA_MAX_CONCURRENCY open calls of /next.");
            }

            _waiting++;
        }

        _initialized.TrySetResult();
        return null;
    }

    /// <summary>Waits for the next invocation that nobody has given up on.</summary>
    public async ValueTask<Invocation> WaitForInvocationAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Invocation invocation = await _offered.Reader.ReadAsync(cancellationToken);
            if (!invocation.TryDeliver(time.GetUtcNow() + settings.Timeout))
                continue;

            lock (_lock)
            {
                _delivered[invocation.Request.RequestId] = invocation;
            }
            return invocation;
        }
    }

    /// <summary><c>GET /next</c> has its answer, or its client has gone.</summary>
    public void EndNext()
    {
        lock (_lock)
        {
            _waiting--;
        }
    }

    /// <summary>Finds the invocation that an answer is for.</summary>
    /// <param name="requestId">The id in the path.</param>
    /// <param name="invocationId">The echoed <c>Lambda-Runtime-Invocation-Id</c>, empty when the runtime does not know that header.</param>
    /// <param name="invocation">The invocation, when there is no refusal.</param>
    public Refusal? Find(string requestId, string invocationId, out Invocation? invocation)
    {
        lock (_lock)
        {
            if (!_delivered.TryGetValue(requestId, out invocation))
                return Refusal.InvalidRequestId(requestId);
        }

        if (invocation.IsAbandoned)
        {
            Release(invocation);
            return Refusal.InvokeTimeout(requestId);
        }
        return invocationId.Length > 0 && invocationId != invocation.InvocationId ? Refusal.InvokeTimeout(requestId) : null;
    }

    /// <summary>The runtime has answered. One that works on several at a time is through with this one, others say so by the next question.</summary>
    public void Answered(Invocation invocation)
    {
        if (IsConcurrent)
            Release(invocation);
    }

    /// <summary><c>POST /init/error</c> arrives.</summary>
    public Refusal? FailInit(InvocationOutcome error) =>
        !Initialized.IsCompleted && _initFailed.TrySetResult(error)
            ? null
            : Refusal.InvalidTransition(
                "RuntimeReady", "InitError", "it reported an init error after init. Rule: /init/error only before the first /next, then exit.");

    private Refusal? RefuseNext()
    {
        if (_waiting > 0)
        {
            return Refusal.InvalidTransition(
                "RuntimeReady", "RuntimeReady", "it asked for an invocation while it already waits for one. Rule: one open call of /next at a time.");
        }

        Invocation? current = _delivered.Values.SingleOrDefault();
        if (current is { IsOpen: true })
        {
            return Refusal.InvalidTransition(
                current.StateName,
                "RuntimeReady",
                $"it asked for an invocation before {current.Request.RequestId} was answered. Rule: /response or /error first, then /next.");
        }

        _delivered.Clear();
        current?.Finish();
        return null;
    }

    private void Release(Invocation invocation)
    {
        lock (_lock)
        {
            _delivered.Remove(invocation.Request.RequestId);
        }
        invocation.Finish();
    }
}
