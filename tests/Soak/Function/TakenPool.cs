namespace StreamingLambda.Soak.Function;

/// <summary>Keeps every thread of the pool busy until it is disposed.</summary>
internal sealed class TakenPool : IDisposable
{
    private readonly object _gate = new();
    private int _missing = Environment.ProcessorCount - (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    private volatile bool _released;

    /// <summary>Takes all threads but the calling one, and returns when they are taken.</summary>
    /// <param name="spin">Whether they compute; otherwise they are blocked.</param>
    public TakenPool(bool spin)
    {
        for (int i = _missing; i > 0; i--)
            ThreadPool.UnsafeQueueUserWorkItem(Occupy, spin, preferLocal: false);
        lock (_gate)
        {
            while (_missing > 0)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>Lets the pool never grow: whatever waits for a thread of it that is taken then hangs, where it would only be late.</summary>
    public static void StopGrowth() => ThreadPool.SetMaxThreads(Environment.ProcessorCount, Environment.ProcessorCount);

    public void Dispose()
    {
        lock (_gate)
        {
            _released = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Occupy(bool spin)
    {
        lock (_gate)
        {
            _missing--;
            Monitor.PulseAll(_gate);
            while (!spin && !_released)
                Monitor.Wait(_gate);
        }
        while (!_released)
            Thread.SpinWait(100);
    }
}
