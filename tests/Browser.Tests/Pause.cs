using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Browser.Tests;

/// <summary>A point in the function's script where it waits for the test; the function may come there more than once.</summary>
internal sealed class Pause : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _waiting;

    public Pause() => _listener.Start();

    /// <summary>The step for the script.</summary>
    public string[] Step => ["gate", ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)];

    public async Task ReachedAsync() => _waiting = await _listener.AcceptTcpClientAsync(CancellationToken.None).AsTask().WaitAsync(Limits.Step);

    public void End() => _waiting!.Dispose();

    public void Dispose()
    {
        _waiting?.Dispose();
        _listener.Dispose();
    }
}
