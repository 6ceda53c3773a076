using System.Runtime.InteropServices;

namespace StreamingLambda.Runtime.Http.Sockets;

/// <summary>One thread that waits for all sockets, and runs what is due when one is ready. It starts with the first that needs it.</summary>
internal sealed unsafe class Poller
{
    /// <summary>In place of events to wait for: the work is not to wait.</summary>
    public const short AtOnce = 0;

    private static readonly object Starting = new();
    private static Poller? _shared;

    /// <param name="Socket">Held until the work begins, so that the number cannot become another socket's.</param>
    /// <param name="Events">What to wait for.</param>
    /// <param name="Work">What to do then.</param>
    private readonly record struct Item(Libc.Descriptor Socket, short Events, ISocketWork Work)
    {
        public void Run(IOException? failure)
        {
            Socket.DangerousRelease();
            Work.Run(failure);
        }
    }

    private readonly object _gate = new();
    private readonly int _wakeUp;
    private List<Item> _added = [];

    /// <summary>Why this poller cannot wait any more; null as long as it can.</summary>
    private IOException? _failure;

    private Poller()
    {
        _wakeUp = Libc.CreateEvent(0, Libc.CloseOnExec);
        if (_wakeUp < 0)
            throw LastError();
        BackgroundThread.Start(Run, nameof(Poller));
    }

    /// <summary>The process's poller, started by the first call.</summary>
    /// <exception cref="IOException">The process has no descriptor left for it; a later call tries again.</exception>
    public static Poller Shared
    {
        get
        {
            lock (Starting)
                return _shared is { _failure: null } shared ? shared : _shared = new Poller();
        }
    }

    /// <summary>Runs the work when one of the events has come, or the connection has ended.</summary>
    /// <exception cref="ObjectDisposedException">The descriptor was closed before.</exception>
    /// <exception cref="IOException">The system lets this process wait for nothing.</exception>
    public void Start(Libc.Descriptor socket, short events, ISocketWork work)
    {
        lock (_gate)
        {
            if (_failure is not null)
                throw _failure;
            bool referenced = false;
            socket.DangerousAddRef(ref referenced);
            _added.Add(new Item(socket, events, work));
            ulong one = 1;
            _ = Libc.Write(_wakeUp, &one, sizeof(ulong));
        }
    }

    private void Run()
    {
        List<Item> waiting = [];
        List<Item> added = [];
        var descriptors = new Libc.PollDescriptor[16];
        descriptors[0] = new() { Descriptor = _wakeUp, Events = Libc.PollInput };
        while (true)
        {
            int ready;
            fixed (Libc.PollDescriptor* first = descriptors)
                ready = Libc.Poll(first, (nuint)waiting.Count + 1, -1);
            if (ready < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
                continue;
            if (ready < 0)
            {
                Fail(LastError(), waiting);
                return;
            }

            for (int i = waiting.Count - 1; i >= 0; i--)
            {
                if (descriptors[i + 1].ReturnedEvents == 0)
                    continue;
                Item done = waiting[i];
                (waiting[i], descriptors[i + 1]) = (waiting[^1], descriptors[waiting.Count]);
                waiting.RemoveAt(waiting.Count - 1);
                done.Run(null);
            }
            if (descriptors[0].ReturnedEvents == 0)
                continue;

            lock (_gate)
            {
                ulong count;
                _ = Libc.Read(_wakeUp, &count, sizeof(ulong));
                (added, _added) = (_added, added);
            }
            foreach (Item one in added)
            {
                if (one.Events == AtOnce)
                {
                    one.Run(null);
                    continue;
                }
                waiting.Add(one);
                if (waiting.Count == descriptors.Length)
                    Array.Resize(ref descriptors, descriptors.Length * 2);
                descriptors[waiting.Count] = new() { Descriptor = (int)one.Socket.DangerousGetHandle(), Events = one.Events };
            }
            added.Clear();
        }
    }

    /// <summary>Everything that waits fails, and this thread ends: asked again and again, it would keep a processor busy for nothing.</summary>
    private void Fail(IOException failure, List<Item> waiting)
    {
        lock (_gate)
        {
            _failure = failure;
            waiting.AddRange(_added);
            _ = Libc.Close(_wakeUp);
        }
        foreach (Item item in waiting)
            item.Run(failure);
    }

    private static IOException LastError() => new("cannot wait for connections: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
}
