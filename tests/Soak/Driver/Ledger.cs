using System.Collections.Concurrent;

using StreamingLambda.Soak.Plan;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Soak.Driver;

/// <summary>Which invocations are planned, in flight and settled. Invariant: each is posted once, unless its post may be lost on the way, and nobody
/// asks for more than he can take.</summary>
internal sealed class Ledger(Planner planner, int invocations, int concurrency, Action<int> onSettled)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Exchange> _inFlight = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<int> _lostPosts = [];
    private readonly Dictionary<int, List<Exchange>> _blocked = [];
    private int _begun;
    private int _settled;
    private int _waiting;

    /// <summary>How many invocations have come to their end.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>Connections that faults made unusable.</summary>
    public int ConnectionsLost { get; private set; }

    /// <summary>The numbers of the invocations whose post was on the way when the connection was closed. To be read when the run is over.</summary>
    public IReadOnlySet<int> LostPosts => _lostPosts;

    /// <summary>Completes when every invocation is settled and the function asks for more; fails with the first violation.</summary>
    public Task Done => _done.Task;

    /// <summary>How often each fault, bad input and behaviour was met, and the answers that were not 202.</summary>
    public ConcurrentDictionary<(string Table, string Kind), int> Counts { get; } = new();

    /// <summary>The invocation for a <c>GET next</c>; null when there are no more.</summary>
    public Exchange? Begin()
    {
        SettleLost();
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
                ?? throw new ViolationException(
                    $"{head.Method} {head.Path} is about no invocation in flight: it was answered already, or never given");
        }
    }

    /// <summary>A handler has taken its thread, after what it wrote has arrived.</summary>
    /// <returns>The invocations whose handlers go on: none until all that wait together are here.</returns>
    public IReadOnlyList<Exchange> Arrive(Exchange exchange)
    {
        int group = Planner.GroupOf(exchange.Index, concurrency);
        lock (_gate)
        {
            if (!_blocked.TryGetValue(group, out List<Exchange>? here))
                _blocked.Add(group, here = []);
            here.Add(exchange);
            if (here.Count < concurrency)
                return [];
            _blocked.Remove(group);
            return here;
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

    /// <summary>Who asks for the next invocation is done with the last one: where one runs at a time, a post that has not come by then never
    /// will.</summary>
    private void SettleLost()
    {
        Exchange? lost;
        lock (_gate)
        {
            lost = _inFlight.Values.FirstOrDefault(exchange => exchange.MayLosePost);
            if (lost is not null)
                _lostPosts.Add(lost.Index);
        }
        if (lost is not null)
            Settle(lost);
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
