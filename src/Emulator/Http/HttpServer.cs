using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using static Microsoft.Extensions.Options.Options;

namespace StreamingLambda.Emulator.Http;

/// <summary>
/// Kestrel without a host around it: no configuration files, no environment variables, no signal handlers. Each execution environment has
/// one of its own for its Runtime API, so it must be cheap to start and to stop.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private HttpServer(KestrelServer server)
    {
        _server = server;
        Ports = [.. server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address).Port)];
    }

    /// <summary>The ports it listens on, in the order they were asked for.</summary>
    public IReadOnlyList<int> Ports { get; }

    /// <summary>Listens on <paramref name="ports"/> (0: any free one) until disposed.</summary>
    /// <param name="address">Where to listen.</param>
    /// <param name="ports">The ports.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="onBug">Told when the handler throws.</param>
    /// <param name="onBadRequest">Told when a request is not HTTP: the status that it gets, and why.</param>
    /// <param name="onConnection">Wraps each connection, null: nothing does.</param>
    /// <exception cref="IOException">A port is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address is none of this machine, or the port needs rights.</exception>
    public static async Task<HttpServer> StartAsync(
        IPAddress address,
        IReadOnlyList<int> ports,
        RequestDelegate handler,
        Action<string> onBug,
        Action<int, string> onBadRequest,
        Func<ConnectionDelegate, ConnectionDelegate>? onConnection = null)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        foreach (int port in ports)
        {
            // 'localhost' is [::1] on some machines. A port of the system's choice would be another one there.
            if (port != 0 && address.Equals(IPAddress.Loopback))
                options.ListenLocalhost(port, Configure);
            else
                options.Listen(address, port, Configure);
        }

        void Configure(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            if (onConnection is not null)
                listen.Use(onConnection);
        }

        // A function may think for minutes and a client may read slowly: neither side is hurried, sizes are judged by Lambda's rules.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        // Not infinite: Kestrel's sum of now and infinity overflows, and the connection ends within a second.
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
        options.Limits.RequestHeadersTimeout = TimeSpan.FromDays(1);
        // A runtime may send an X-Ray error cause of up to 1 MiB as a header.
        options.Limits.MaxRequestHeadersTotalSize = 2 * 1024 * 1024;
        options.Limits.MaxRequestBufferSize = options.Limits.MaxRequestHeadersTotalSize;
        // Error messages and the client context travel in headers, in any language.
        options.RequestHeaderEncodingSelector = _ => Encoding.UTF8;
        options.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;

        var transport = new SocketTransportFactory(Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Create(options), transport, new BadRequestLog(onBadRequest));
        try
        {
            await server.StartAsync(new Application(handler, onBug), CancellationToken.None);
            return new HttpServer(server);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening and breaks the connections that are still open.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _server.StopAsync(atOnce.Token);
        _server.Dispose();
    }

    private sealed class Application(RequestDelegate handler, Action<string> onBug) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public async Task ProcessRequestAsync(HttpContext context)
        {
            try
            {
                await handler(context);
            }
            catch (Exception exception) when (exception is Microsoft.AspNetCore.Http.BadHttpRequestException or CutOffException)
            {
                // A body that is no HTTP, or that broke off: Kestrel has the answer. A response that is cut off: Kestrel closes the connection.
                throw;
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The client went away, or the emulator is stopping.
                context.Abort();
            }
            catch (Exception exception)
            {
                onBug($"The emulator failed on {context.Request.Method} {context.Request.Path}; this is a bug in the emulator: {exception}");
                throw;
            }
        }

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
