using System.Threading.Channels;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>
/// What the platform knows of one runtime: whether it is initialised, what it waits for, what it has to answer. Every call of the Runtime
/// API is judged here; a call that does not fit gets a <see cref="Refusal"/>.
/// </summary>
internal sealed class RuntimeState(FunctionSettings settings, FunctionLog log, TimeProvider time)
{
    /// <summary>
    /// A client may send the end of a response and, on another connection, its next call without waiting for the answer: the call may be read
    /// here first. So long it waits for what it overtook.
    /// </summary>
    private static readonly TimeSpan Overtaking = TimeSpan.FromMilliseconds(200);

    /// <summary>After this time the console says what <c>GET next</c> waits for.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Channel<Invocation> _offered = Channel.CreateUnbounded<Invocation>();
    private readonly Dictionary<string, Invocation> _delivered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _givenUp = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<InvocationOutcome> _initFailed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asking;

    /// <summary>Ends when the runtime asks for its first invocation.</summary>
    public Task Initialized => _initialized.Task;

    /// <summary>Ends when the runtime says that it cannot start.</summary>
    public Task<InvocationOutcome> InitFailed => _initFailed.Task;

    /// <summary>Ends when the process has ended.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Whether an extension is registered, which earns a SIGTERM before the SIGKILL.</summary>
    public bool HasExtension { get; set; }

    private bool IsConcurrent => settings.MaxConcurrency is not null;

    /// <summary>Puts an invocation where the runtime's next question finds it.</summary>
    public void Offer(Invocation invocation) => _offered.Writer.TryWrite(invocation);

    /// <summary>The process has ended: from now on nothing is delivered to it.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed.TrySetResult();
        }
    }

    /// <summary><c>GET /next</c>: waits for an invocation that nobody has given up on. A refusal instead, when the call does not fit.</summary>
    /// <param name="gone">Fires when the runtime has closed the connection.</param>
    public async Task<(Invocation? Invocation, Refusal? Refusal)> NextAsync(CancellationToken gone)
    {
        if (BeginAsking() is { } tooMany)
            return (null, tooMany);

        Invocation? taken = null;
        try
        {
            if (IsConcurrent)
                FreeDroppedSlots();
            else if (await LeavePreviousAsync(gone) is { } refusal)
                return (null, refusal);

            _initialized.TrySetResult();
            taken = await TakeAsync(gone);
            return (taken, null);
        }
        finally
        {
            if (taken is null)
                EndAsking();
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
                return _givenUp.Remove(requestId) ? Refusal.TooLate(requestId) : Refusal.InvalidRequestId(requestId);
        }

        if (invocation.IsAbandoned)
        {
            Release(invocation);
            return Refusal.TooLate(requestId);
        }
        return invocationId.Length > 0 && invocationId != invocation.InvocationId ? Refusal.OtherAttempt(requestId) : null;
    }

    /// <summary>An <c>/error</c> may overtake the end of a response too: waits for that end, though not for long.</summary>
    public Task ResponseReadAsync(Invocation invocation) =>
        invocation.IsResponding ? Task.WhenAny(invocation.Outcome, Task.Delay(LongWait, time, CancellationToken.None)) : Task.CompletedTask;

    /// <summary>
    /// The answer is complete. A runtime that works on several at a time is through with this one, others say so by the next question.
    /// </summary>
    public void EndAnswer(Invocation invocation)
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

    /// <summary>
    /// Where a process takes several invocations at a time, its code runs on after a deadline, and the slot is taken until it answers, too late. A
    /// runtime that asks for more than it would then have room for never will: the slot is free.
    /// </summary>
    public void FreeDroppedSlots()
    {
        List<Invocation> dropped;
        lock (_lock)
        {
            int count = _asking + _delivered.Count - (settings.MaxConcurrency ?? int.MaxValue);
            dropped = [.. _delivered.Values.Where(invocation => invocation.IsAbandoned).Take(Math.Max(0, count))];
            _givenUp.UnionWith(dropped.Select(invocation => invocation.Request.RequestId));
        }
        foreach (Invocation invocation in dropped)
        {
            log.Write(new ConsoleEntry(
                EntryTypes.Protocol,
                $"PROTOCOL: the runtime asked for another invocation and never answered {invocation.Request.RequestId}, whose time is over: "
                    + "its slot is free. Rule: /response or /error for each one."));
            Release(invocation);
        }
    }

    private Refusal? BeginAsking()
    {
        lock (_lock)
        {
            if (_asking >= (settings.MaxConcurrency ?? 1))
            {
                return IsConcurrent
                    ? new Refusal(
                        StatusCodes.Status500InternalServerError,
                        "Runtime.TooManyIdleRuntimes",
                        "Too many idle runtimes",
                        $"it asked for more invocations at a time than its {settings.MaxConcurrency}. "
                            + "Rule: at most AWS_LAMBDA_MAX_CONCURRENCY open calls of /next.")
                    : Refusal.InvalidTransition(
                        "RuntimeReady",
                        "RuntimeReady",
                        "it asked for an invocation while it already waits for one. Rule: one open call of /next at a time.");
            }
            _asking++;
            return null;
        }
    }

    private void EndAsking()
    {
        lock (_lock)
        {
            _asking--;
        }
    }

    // The runtime is through with the invocation before, or breaks the rules.
    private async Task<Refusal?> LeavePreviousAsync(CancellationToken gone)
    {
        Invocation? previous;
        lock (_lock)
        {
            previous = _delivered.Values.SingleOrDefault();
        }
        if (previous is null)
            return null;

        if (previous.IsOpen)
            await AnswerReadAsync(previous, gone);
        if (previous.IsOpen)
        {
            return Refusal.InvalidTransition(
                previous.StateName,
                "RuntimeReady",
                $"it asked for an invocation before {previous.Request.RequestId} was answered. Rule: /response or /error first, then /next.");
        }
        Release(previous);
        return null;
    }

    private async Task AnswerReadAsync(Invocation previous, CancellationToken gone)
    {
        await Task.WhenAny(previous.Begun, Task.Delay(Overtaking, time, gone));
        gone.ThrowIfCancellationRequested();
        if (!previous.IsResponding)
            return;

        await Task.WhenAny(previous.Outcome, Task.Delay(LongWait, time, gone));
        if (previous.IsResponding)
        {
            log.WriteLine(
                $"NOTE: the runtime asks for the next invocation while its response to {previous.Request.RequestId} is not read to its end. "
                    + "The call waits for that end. A slow caller is the usual reason; a runtime that never ends its response runs out of time.");
        }
        await previous.Outcome.WaitAsync(gone);
    }

    private async Task<Invocation> TakeAsync(CancellationToken gone)
    {
        while (true)
        {
            Invocation invocation = await _offered.Reader.ReadAsync(gone);
            lock (_lock)
            {
                if (Closed.IsCompleted || gone.IsCancellationRequested)
                {
                    // Another question may take it; after the end of the process it goes to another one.
                    Offer(invocation);
                    throw new OperationCanceledException();
                }
                if (!invocation.TryDeliver(time.GetUtcNow() + settings.Timeout))
                    continue;

                // It stops asking with the same step that it has something to answer: nobody counts it twice.
                _delivered[invocation.Request.RequestId] = invocation;
                _asking--;
                return invocation;
            }
        }
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
