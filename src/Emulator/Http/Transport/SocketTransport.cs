using System.Net;
using Microsoft.AspNetCore.Connections;

namespace StreamingLambda.Emulator.Http.Transport;

/// <summary>
/// TCP for Kestrel. Its own transport moves 4 KB with each system call and cannot be told otherwise, which limits a stream of 200 MB to a
/// few hundred MB/s; this one moves a <see cref="BlockPool"/>'s block.
/// </summary>
internal sealed class SocketTransport : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new SocketListener(endpoint));
}
