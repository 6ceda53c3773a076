using System.Net;
using System.Net.Sockets;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A point in a script where the function waits for the test.</summary>
internal sealed class Gate : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _waiting;

    public Gate() => _listener.Start();

    public string Port => ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public async Task ReachedAsync() => _waiting = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken)
        .AsTask().WaitAsync(TestEmulator.Patience);

    public void Open() => _waiting!.Dispose();

    public void Dispose()
    {
        _waiting?.Dispose();
        _listener.Dispose();
    }
}
