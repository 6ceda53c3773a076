using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>
/// Keeps the last invocations of all functions for those who want to look at them, within fixed bounds: the oldest one that has ended makes room for
/// what is new. What a process leaves behind when it ends stays.
/// </summary>
internal sealed class Recorder(TimeProvider time, RecorderLimits limits) : IInvocationObservers
{
    /// <summary>Stands for the request id of the one that began last.</summary>
    public const string Latest = "latest";

    private readonly Lock _lock = new();
    private readonly LinkedList<RecordedInvocation> _kept = new();
    private readonly Dictionary<string, TaskCompletionSource<RecordedInvocation>> _expected = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The bounds.</summary>
    public RecorderLimits Limits { get; } = limits;

    /// <summary>Fires whenever there is something new about an invocation.</summary>
    public ChangeSignal Changes { get; } = new();

    /// <summary>The invocations that are kept, oldest first.</summary>
    public IReadOnlyList<RecordedInvocation> Kept
    {
        get
        {
            lock (_lock)
            {
                return [.. _kept];
            }
        }
    }

    /// <summary>What all of them take, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>An invocation begins.</summary>
    public IInvocationObserver Begin(InvokeRequest request, FunctionSettings function)
    {
        var invocation = new RecordedInvocation(this, request, function, time);
        invocation.Open(request);
        TaskCompletionSource<RecordedInvocation>? expected = null;
        lock (_lock)
        {
            while (_kept.Count >= Limits.Invocations)
                Drop((FirstEnded() ?? _kept.First!).Value);
            invocation.Place = _kept.AddLast(invocation);
            if (_expected.Count > 0)
                _expected.Remove(request.TraceId.Split(';')[0], out expected);
        }
        expected?.TrySetResult(invocation);
        Changes.Set();
        return invocation;
    }

    /// <summary>Finds one that is kept, by its request id or as the latest; null: there is none.</summary>
    public RecordedInvocation? Find(string requestId)
    {
        lock (_lock)
        {
            return requestId == Latest ? _kept.Last?.Value : _kept.LastOrDefault(invocation => invocation.Request.RequestId == requestId);
        }
    }

    /// <summary>Ends with the invocation that carries this trace (<c>Root=...</c>) as soon as it begins.</summary>
    public Task<RecordedInvocation> ExpectAsync(string traceRoot, CancellationToken cancellationToken)
    {
        var expected = new TaskCompletionSource<RecordedInvocation>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _expected[traceRoot] = expected;
        }
        cancellationToken.Register(() =>
        {
            lock (_lock)
            {
                _expected.Remove(traceRoot);
            }
            expected.TrySetCanceled(cancellationToken);
        });
        return expected.Task;
    }

    /// <summary>Forgets all that have ended.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            foreach (RecordedInvocation invocation in _kept.Where(invocation => invocation.HasEnded).ToList())
                Drop(invocation);
        }
        Changes.Set();
    }

    /// <summary>
    /// Asks for room. False: there is none, even without everything that has ended, or the invocation is not kept any more.
    /// </summary>
    public bool TryReserve(RecordedInvocation invocation, long bytes)
    {
        lock (_lock)
        {
            while (!invocation.IsDropped && _bytes + bytes > Limits.Bytes && FirstEnded() is { } oldest && oldest.Value != invocation)
                Drop(oldest.Value);
            if (invocation.IsDropped || _bytes + bytes > Limits.Bytes)
                return false;

            _bytes += bytes;
            invocation.ReservedBytes += bytes;
            return true;
        }
    }

    private LinkedListNode<RecordedInvocation>? FirstEnded()
    {
        for (LinkedListNode<RecordedInvocation>? node = _kept.First; node is not null; node = node.Next)
        {
            if (node.Value.HasEnded)
                return node;
        }
        return null;
    }

    private void Drop(RecordedInvocation invocation)
    {
        invocation.Drop();
        _bytes -= invocation.ReservedBytes;
        _kept.Remove(invocation.Place!);
    }
}
