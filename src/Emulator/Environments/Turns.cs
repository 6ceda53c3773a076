using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// As many turns as a function may have invocations at a time. Those who wait get theirs in the order in which they came, except that a caller
/// who has closed its side of the connection, and may have left, comes after all others.
/// </summary>
internal sealed class Turns(int count)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Invocation> _holders = [];
    private readonly LinkedList<(Invocation Invocation, TaskCompletionSource Turn)> _waiting = new();

    /// <summary>Who has a turn now.</summary>
    public IReadOnlyCollection<Invocation> Holders
    {
        get
        {
            lock (_lock)
            {
                return [.. _holders];
            }
        }
    }

    /// <summary>Takes a turn if one is free.</summary>
    public bool TryTake(Invocation invocation)
    {
        lock (_lock)
        {
            return _holders.Count < count && _holders.Add(invocation);
        }
    }

    /// <summary>Takes a turn as soon as there is one.</summary>
    /// <param name="invocation">Who waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task TakeAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        LinkedListNode<(Invocation Invocation, TaskCompletionSource Turn)> node;
        lock (_lock)
        {
            if (_holders.Count < count)
            {
                _holders.Add(invocation);
                return;
            }
            node = _waiting.AddLast((invocation, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        try
        {
            await node.Value.Turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave(node);
            throw;
        }
    }

    /// <summary>Gives a turn back, and on to the next.</summary>
    public void Release(Invocation invocation)
    {
        lock (_lock)
        {
            _holders.Remove(invocation);
            LinkedListNode<(Invocation Invocation, TaskCompletionSource Turn)>? next = _waiting.First;
            while (next is not null && next.Value.Invocation.Request.CallerClosed.IsCancellationRequested)
                next = next.Next;
            next ??= _waiting.First;
            if (next is null)
                return;

            _waiting.Remove(next);
            _holders.Add(next.Value.Invocation);
            next.Value.Turn.SetResult();
        }
    }

    // It may have got its turn at the same moment: then the turn goes on to the next.
    private void Leave(LinkedListNode<(Invocation Invocation, TaskCompletionSource Turn)> node)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiting.Remove(node);
                return;
            }
        }
        Release(node.Value.Invocation);
    }
}
