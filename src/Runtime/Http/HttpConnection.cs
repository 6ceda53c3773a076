using StreamingLambda.Runtime.Http.Sockets;

namespace StreamingLambda.Runtime.Http;

/// <summary>One connection to the server: the socket, what goes out (<see cref="Output"/>) and what has come in (<see cref="Input"/>).</summary>
/// <remarks>One request at a time, which <see cref="Begin"/> begins. Only <see cref="GiveUp"/> and <see cref="Dispose"/> may be called meanwhile, by
/// any thread.</remarks>
internal sealed class HttpConnection : IDisposable
{
    private readonly object _gate = new();
    private bool _givenUp;

    /// <summary>Whether nothing of the present request was sent on a connection that served earlier ones.</summary>
    private bool _mayBeStale;

    /// <exception cref="IOException">Nobody listens there, or the name is unknown.</exception>
    public HttpConnection(ServerAddress server)
    {
        Server = server;
        Socket = Connect(server);
        Input = new ReceiveBuffer(Socket);
        Answer = new ResponseReader(this);
        Output = new SendBuffer(this);
    }

    public ServerAddress Server { get; }

    public ISocket Socket { get; private set; }

    public ReceiveBuffer Input { get; private set; }

    public SendBuffer Output { get; }

    /// <summary>The answer to the present request.</summary>
    public ResponseReader Answer { get; private set; }

    /// <summary>What the present request does while it has to wait.</summary>
    public Waiting Waiting { get; private set; }

    /// <summary>Whether another request may follow on this connection: the last one was sent whole, and its answer read whole and in step.</summary>
    public bool IsReusable { get; private set; } = true;

    /// <summary>Begins a request.</summary>
    public void Begin(Waiting waiting)
    {
        _mayBeStale = Answer.HasBegun;
        Answer = new ResponseReader(this);
        Waiting = waiting;
    }

    public void DoNotReuse() => IsReusable = false;

    /// <summary>Sends what there is room for, in this order, and takes it from the front of the memory.</summary>
    /// <returns>Whether everything is sent. If not: wait for room, or input, and call again.</returns>
    /// <exception cref="IOException">The connection is broken, or the server answered before it had taken everything.</exception>
    public bool TrySend(ref ReadOnlyMemory<byte> head, ref ReadOnlyMemory<byte> body, ref ReadOnlyMemory<byte> tail)
    {
        if (_mayBeStale)
            ReplaceIfStale();
        else if (Answer.HasArrived())
            throw new IOException("the server answered, or closed the connection, before it had read the whole request");
        int sent = Socket.Send(head.Span, body.Span, tail.Span);
        sent -= Advance(ref head, sent);
        sent -= Advance(ref body, sent);
        Advance(ref tail, sent);
        return head.IsEmpty && body.IsEmpty && tail.IsEmpty;
    }

    /// <summary>Ends the connection, and with it all waiting. What has arrived before can still be received. May be called by any thread.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            _givenUp = true;
            Socket.GiveUp();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _givenUp = true;
            Socket.Dispose();
        }
    }

    /// <summary>A server closes an idle connection when it likes. Nothing of the request is sent yet, so a new connection takes all of it.</summary>
    private void ReplaceIfStale()
    {
        _mayBeStale = false;
        if (!Socket.Poll(forRoom: false, milliseconds: 0))
            return;
        lock (_gate)
        {
            if (_givenUp)
                throw new IOException("the connection was given up");
            Socket.Dispose();
            Socket = Connect(Server);
            Input = new ReceiveBuffer(Socket);
        }
    }

    /// <summary>A connect on the same machine succeeds or fails at once.</summary>
    private static ISocket Connect(ServerAddress server)
    {
        try
        {
            return OperatingSystem.IsLinux() ? LinuxSocket.Connect(server.Host, server.Port) : PortableSocket.Connect(server.Host, server.Port);
        }
        catch (IOException e)
        {
            throw new IOException($"cannot connect to {server}: {e.Message}", e);
        }
    }

    /// <summary>Drops what was sent from the front.</summary>
    private static int Advance(ref ReadOnlyMemory<byte> bytes, int sent)
    {
        int part = Math.Min(sent, bytes.Length);
        bytes = bytes[part..];
        return part;
    }
}
