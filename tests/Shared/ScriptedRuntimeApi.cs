using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace StreamingLambda.Tests.Shared;

/// <summary>A Runtime API on a raw loopback socket whose every byte the test decides. The test accepts connections and plays the server's part on
/// them.</summary>
public sealed class ScriptedRuntimeApi : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<ScriptedConnection> _waiting = Channel.CreateUnbounded<ScriptedConnection>();
    private readonly List<ScriptedConnection> _accepted = [];
    private readonly Task _accepting;

    public ScriptedRuntimeApi()
    {
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        _accepting = AcceptAllAsync();
    }

    /// <summary>Host and port, as in <c>AWS_LAMBDA_RUNTIME_API</c>.</summary>
    public string Address { get; }

    /// <summary>How many connections were opened so far.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_accepted)
                return _accepted.Count;
        }
    }

    /// <summary>The next connection that the runtime opens.</summary>
    public async Task<ScriptedConnection> AcceptAsync() => await _waiting.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);

    /// <summary>Refuses further connections.</summary>
    public void StopListening() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (ScriptedConnection connection in _accepted)
            connection.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                var connection = new ScriptedConnection(await _listener.AcceptSocketAsync());
                lock (_accepted)
                    _accepted.Add(connection);
                _waiting.Writer.TryWrite(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            _waiting.Writer.TryComplete();
        }
    }
}
