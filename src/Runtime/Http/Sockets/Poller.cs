using System.Runtime.InteropServices;

namespace StreamingLambda.Runtime.Http.Sockets;

/// <summary>One thread that waits for all sockets at once. It starts with the first that has to be waited for without a thread of its own.</summary>
internal sealed unsafe class Poller
{
    private static readonly object Starting = new();
    private static Poller? _shared;

    private sealed class Waiting(Libc.Descriptor socket, short events) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Libc.Descriptor Socket => socket;

        public short Events => events;
    }

    private readonly object _gate = new();
    private readonly int _wakeUp;
    private List<Waiting> _added = [];

    private Poller()
    {
        _wakeUp = Libc.CreateEvent(0, Libc.CloseOnExec);
        if (_wakeUp < 0)
            throw new IOException("cannot wait for connections: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        new Thread(Run) { IsBackground = true, Name = nameof(Poller) }.Start();
    }

    /// <summary>The process's poller, started by the first call.</summary>
    /// <exception cref="IOException">The process has no descriptor left for it; a later call tries again.</exception>
    public static Poller Shared
    {
        get
        {
            lock (Starting)
                return _shared ??= new Poller();
        }
    }

    /// <summary>Completes when one of the events has come, or the connection has ended or failed.</summary>
    /// <exception cref="ObjectDisposedException">The descriptor was closed before.</exception>
    public Task WaitAsync(Libc.Descriptor socket, short events)
    {
        // Held until the waiting ends, so that the number cannot become another socket's.
        bool referenced = false;
        socket.DangerousAddRef(ref referenced);
        var waiting = new Waiting(socket, events);
        lock (_gate)
            _added.Add(waiting);
        ulong one = 1;
        _ = Libc.Write(_wakeUp, &one, sizeof(ulong));
        return waiting.Task;
    }

    private void Run()
    {
        List<Waiting> waiting = [];
        List<Waiting> added = [];
        var descriptors = new Libc.PollDescriptor[16];
        descriptors[0] = new() { Descriptor = _wakeUp, Events = Libc.PollInput };
        while (true)
        {
            int ready;
            fixed (Libc.PollDescriptor* first = descriptors)
                ready = Libc.Poll(first, (nuint)waiting.Count + 1, -1);
            bool failed = ready < 0;
            if (failed && Marshal.GetLastPInvokeError() == Libc.Interrupted)
                continue;

            // Whatever else may be wrong: the next call of each that waits will say it.
            for (int i = waiting.Count - 1; i >= 0; i--)
            {
                if (descriptors[i + 1].ReturnedEvents == 0 && !failed)
                    continue;
                Waiting done = waiting[i];
                (waiting[i], descriptors[i + 1]) = (waiting[^1], descriptors[waiting.Count]);
                waiting.RemoveAt(waiting.Count - 1);
                done.Socket.DangerousRelease();
                done.SetResult();
            }
            if (failed || descriptors[0].ReturnedEvents == 0)
                continue;

            ulong count;
            _ = Libc.Read(_wakeUp, &count, sizeof(ulong));
            lock (_gate)
                (added, _added) = (_added, added);
            foreach (Waiting one in added)
            {
                waiting.Add(one);
                if (waiting.Count == descriptors.Length)
                    Array.Resize(ref descriptors, descriptors.Length * 2);
                descriptors[waiting.Count] = new() { Descriptor = (int)one.Socket.DangerousGetHandle(), Events = one.Events };
            }
            added.Clear();
        }
    }
}
