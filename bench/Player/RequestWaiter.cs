using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using StreamingLambda.Bench.Processes;

namespace StreamingLambda.Bench.Player;

/// <summary>
/// The listening socket and the function's connections, watched by one thread: it blocks until a whole request head has arrived on any
/// of them. No thread pool and no event loop stand between the socket and the clock.
/// </summary>
internal sealed class RequestWaiter : IDisposable
{
    private const int MaxConnections = 1024;
    private const int CheckMilliseconds = 100;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Connection> _open = [];
    private readonly Stack<Connection> _closed = new();
    private readonly PollDescriptor[] _watched = GC.AllocateArray<PollDescriptor>(MaxConnections + 1, pinned: true);
    private readonly Func<string?> _describeEnd;
    private readonly TimeSpan _timeout;

    /// <param name="describeEnd">How the function's process ended; null while it runs.</param>
    /// <param name="timeout">The longest that a function may take to do what is waited for.</param>
    public RequestWaiter(Func<string?> describeEnd, TimeSpan timeout)
    {
        _describeEnd = describeEnd;
        _timeout = timeout;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(MaxConnections);
        _watched[0] = new PollDescriptor { Descriptor = (int)_listener.Handle, Events = Libc.PollIn };
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How many connections the function has opened so far.</summary>
    public int Accepted { get; private set; }

    /// <param name="purpose">What the function should do now, for the message when it does not: "ask for its first event".</param>
    /// <param name="request">The request, its head still unread in the connection.</param>
    public Connection Wait(string purpose, out FunctionRequest request)
    {
        // A request that came in one packet with the end of the last one waits in the buffer, not in the socket.
        foreach (Connection connection in _open)
        {
            if (FunctionRequest.TryParse(connection.Unread, out request)) return connection;
        }

        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            int watched = _open.Count;
            if (Poll(watched) == 0) ThrowIfOver(started, purpose);

            // Backwards: a closed connection leaves the list.
            for (int i = watched - 1; i >= 0; i--)
            {
                if (_watched[i + 1].Returned == 0) continue;
                Connection connection = _open[i];
                if (!connection.Receive()) Close(connection);
                else if (FunctionRequest.TryParse(connection.Unread, out request)) return connection;
            }

            if (_watched[0].Returned != 0) Accept();
        }
    }

    public void Close(Connection connection)
    {
        connection.Dispose();
        _ = _open.Remove(connection);
        _closed.Push(connection);
    }

    /// <summary>Says why a connection ended while its request was not complete.</summary>
    public BenchmarkException ConnectionLost()
    {
        // The end of the process is known a moment after the end of its sockets.
        string? end = null;
        for (int check = 0; check < 10 && end is null; check++)
        {
            _ = Poll(watched: 0);
            end = _describeEnd();
        }

        return new BenchmarkException($"The function {end ?? "closed its connection"} in the middle of a request.");
    }

    public void Dispose()
    {
        foreach (Connection connection in _open) connection.Dispose();
        _listener.Dispose();
    }

    private void Accept()
    {
        if (_open.Count == MaxConnections) throw new BenchmarkException($"The function holds more than {MaxConnections} connections open.");
        Connection connection = _closed.Count > 0 ? _closed.Pop() : new Connection();
        connection.Open(_listener.Accept(), _timeout);
        _open.Add(connection);
        Accepted++;
    }

    private unsafe int Poll(int watched)
    {
        const int Interrupted = 4;
        for (int i = 0; i < watched; i++)
            _watched[i + 1] = new PollDescriptor { Descriptor = _open[i].Descriptor, Events = Libc.PollIn };

        _watched[0].Returned = 0;
        fixed (PollDescriptor* descriptors = _watched)
        {
            int ready = Libc.Poll(descriptors, (nuint)watched + 1, CheckMilliseconds);
            if (ready >= 0) return ready;
        }

        return Marshal.GetLastPInvokeError() == Interrupted ? 0 : throw new BenchmarkException("Cannot wait for the function's connections.");
    }

    private void ThrowIfOver(long started, string purpose)
    {
        if (_describeEnd() is { } end) throw new BenchmarkException($"The function {end} before it came to {purpose}.");
        if (TimeProvider.System.GetElapsedTime(started) > _timeout)
        {
            throw new BenchmarkException(
                $"The function did not {purpose} within {_timeout.TotalSeconds:0} s. A slower one gets more time with --timeout SECONDS.");
        }
    }
}
