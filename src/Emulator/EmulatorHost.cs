using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator;

/// <summary>All functions and the server in front of them.</summary>
internal sealed class EmulatorHost : IAsyncDisposable
{
    private readonly List<Function> _functions;
    private readonly ProcessGuard _guard;
    private readonly List<HttpServer> _servers;

    private EmulatorHost(List<Function> functions, ProcessGuard guard, List<HttpServer> servers)
    {
        _functions = functions;
        _guard = guard;
        _servers = servers;
    }

    /// <summary>The ports of the functions, in their order.</summary>
    public IReadOnlyList<int> Ports => _servers[0].Ports;

    /// <summary>Listens; no function is started before its first invocation.</summary>
    /// <exception cref="ConfigurationException">It cannot listen.</exception>
    public static async Task<EmulatorHost> StartAsync(
        IReadOnlyList<FunctionSettings> settings, IPAddress address, int port, EmulatorConsole console, TimeProvider time)
    {
        var guard = new ProcessGuard(console);
        List<Function> functions = [.. settings.Select(one => new Function(one, console, guard, time))];
        List<FunctionGateway> gateways =
            [.. functions.Where(function => function.Settings.HasUrl).Select(function => new FunctionGateway(function, functions, console, time))];
        var byPort = new Dictionary<int, FunctionGateway>();
        if (port + gateways.Count - 1 > IPEndPoint.MaxPort)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"There is no room for {gateways.Count} functions from port {port} on: the last port is {IPEndPoint.MaxPort}. "
                    + $"Choose a lower one with --port, or --port 0 for any free ones."));
        }

        int[] ports = [.. Enumerable.Range(0, gateways.Count).Select(index => port == 0 ? 0 : port + index)];
        try
        {
            HttpServer server = await ListenAsync(address, ports);
            foreach ((int listening, FunctionGateway gateway) in server.Ports.Zip(gateways))
                byPort[listening] = gateway;
            List<HttpServer> servers = [server];
            if (address.Equals(IPAddress.Loopback) && await TryListenAsync(server.Ports) is { } second)
                servers.Add(second);
            return new EmulatorHost(functions, guard, servers);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            int other = port < 60000 ? port + 1000 : 7000;
            string remedy = exception is IOException
                ? "Another emulator may be running. End it, or choose another port: "
                    + string.Create(CultureInfo.InvariantCulture, $"--port {other}, or --port 0 for any free one.")
                : "Leave --bind out to listen on 127.0.0.1, or give an address of this machine; "
                    + "ports below 1024 may need rights that you do not have.";
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot listen on {address}, port {string.Join(", ", ports)}: {exception.InnerException?.Message ?? exception.Message}. {remedy}"));
        }

        Task<HttpServer> ListenAsync(IPAddress on, IReadOnlyList<int> which) =>
            HttpServer.StartAsync(
                on, which, context => byPort[context.Connection.LocalPort].HandleAsync(context), console.WriteLine, HalfOpenConnection.Allow);

        // 'localhost' may mean [::1] to a client. Not every machine has it.
        async Task<HttpServer?> TryListenAsync(IReadOnlyList<int> which)
        {
            try
            {
                return await ListenAsync(IPAddress.IPv6Loopback, which);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                return null;
            }
        }
    }

    /// <summary>Ends the functions' processes and the servers.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Function function in _functions)
            await function.DisposeAsync();
        foreach (HttpServer server in _servers)
            await server.DisposeAsync();
        await _guard.DisposeAsync();
    }
}
