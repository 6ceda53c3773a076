using System.Collections.Concurrent;

using StreamingLambda.Soak.Plan;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Soak.Driver;

/// <summary>Which invocations are planned, in flight and settled. Invariant: each is posted once, and nobody asks for more than he can take.</summary>
internal sealed class Ledger(Planner planner, int invocations, int concurrency, Action<int> onSettled)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Exchange> _inFlight = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private int _settled;
    private int _waiting;

    /// <summary>How many invocations have come to their end.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>Connections that faults made unusable.</summary>
    public int ConnectionsLost { get; private set; }

    /// <summary>Completes when every invocation is settled and the function asks for more; fails with the first violation.</summary>
    public Task Done => _done.Task;

    /// <summary>How often each fault, bad input and behaviour was met, and the answers that were not 202.</summary>
    public ConcurrentDictionary<(string Table, string Kind), int> Counts { get; } = new();

    /// <summary>The invocation for a <c>GET next</c>; null when there are no more.</summary>
    public Exchange? Begin()
    {
        lock (_gate)
        {
            if (_inFlight.Count + _waiting >= concurrency)
                throw new ViolationException("the function asks for an invocation although it has not answered the last one");
            if (_begun == invocations)
            {
                _waiting++;
                if (_waiting == concurrency)
                    _done.TrySetResult();
                return null;
            }
            Exchange exchange = planner.Plan(_begun++);
            _inFlight.Add(PathOf(exchange), exchange);
            return exchange;
        }
    }

    /// <summary>The invocation that a post is about.</summary>
    public Exchange Find(RecordedHead head)
    {
        string path = head.Path[..Math.Max(0, head.Path.LastIndexOf('/'))];
        lock (_gate)
        {
            return _inFlight.GetValueOrDefault(path)
                ?? throw new ViolationException($"{head.Method} {head.Path} is about no invocation in flight: it was answered already, or never given");
        }
    }

    /// <summary>Its post has arrived as far as it can. Called before the function could know.</summary>
    public void Settle(Exchange exchange)
    {
        int settled;
        lock (_gate)
        {
            if (!_inFlight.Remove(PathOf(exchange)))
                throw new ViolationException("the invocation was posted twice");
            settled = ++_settled;
            ConnectionsLost += exchange.ConnectionsLost;
            Count("fault in the answer to GET next", exchange.Delivery);
            Count("fault in the answer to the response or error", exchange.Answer);
            Count("unusual invocation", exchange.BadInput);
            Count("handler", exchange.Script.Behaviour);
        }
        onSettled(settled);
    }

    public void Fail(Exception violation) => _done.TrySetException(violation);

    /// <summary>What is going on, for the message when nothing goes on.</summary>
    public string Describe()
    {
        lock (_gate)
            return $"{_begun} begun, {_settled} settled; in flight: {(_inFlight.Count == 0 ? "none" : string.Join("; ", _inFlight.Values))}";
    }

    private void Count<T>(string table, T kind)
        where T : struct, Enum => Counts.AddOrUpdate((table, kind.ToString()), 1, static (_, count) => count + 1);

    private static string PathOf(Exchange exchange) => RecordedHead.InvocationPath + Uri.EscapeDataString(exchange.RequestId);
}
