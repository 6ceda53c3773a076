using System.Runtime.CompilerServices;

namespace StreamingLambda.Formats.Tests;

/// <summary>An asynchronous sequence that ends as a test wants it, and knows whether it was disposed of.</summary>
internal sealed class Sequence<T>(params T[] items)
{
    /// <summary>Thrown after the items; null: the sequence just ends.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Whether the sequence waits after its items until it is cancelled.</summary>
    public bool Waits { get; init; }

    /// <summary>Called when the items are out, before the end.</summary>
    public Func<Task>? AfterItems { get; init; }

    /// <summary>Whether whoever read the sequence has let go of it.</summary>
    public bool IsDisposed { get; private set; }

    public async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            foreach (T item in items)
            {
                await Task.Yield();
                yield return item;
            }
            if (AfterItems is not null)
                await AfterItems();
            if (Waits)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            if (Failure is not null)
                throw Failure;
        }
        finally
        {
            IsDisposed = true;
        }
    }
}
