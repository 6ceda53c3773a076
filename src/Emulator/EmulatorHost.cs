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
    private readonly HttpServer _server;

    private EmulatorHost(List<Function> functions, ProcessGuard guard, HttpServer server)
    {
        _functions = functions;
        _guard = guard;
        _server = server;
    }

    /// <summary>The ports of the functions, in their order.</summary>
    public IReadOnlyList<int> Ports => _server.Ports;

    /// <summary>Listens; no function is started before its first invocation. Those with a URL come first in <paramref name="settings"/>.</summary>
    /// <exception cref="ConfigurationException">It cannot listen.</exception>
    public static async Task<EmulatorHost> StartAsync(
        IReadOnlyList<FunctionSettings> settings, IPAddress address, int port, EmulatorConsole console, TimeProvider time)
    {
        var guard = new ProcessGuard(console);
        List<Function> functions = [.. settings.Select(one => new Function(one, console, guard, time))];
        // Where no function has a URL, the first one's port is for the Lambda API.
        int doors = Math.Max(1, functions.Count(function => function.Settings.HasUrl));
        List<FunctionGateway> gateways = [.. functions.Take(doors).Select(function => new FunctionGateway(function, functions, console, time))];
        if (port + doors - 1 > IPEndPoint.MaxPort)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{doors} functions need ports {port} to {port + doors - 1}, and {IPEndPoint.MaxPort} is the last one. Choose a lower --port, or "
                    + $"--port 0 for any free ones."));
        }
        var byPort = new Dictionary<int, FunctionGateway>();
        int[] ports = [.. Enumerable.Range(0, gateways.Count).Select(index => port == 0 ? 0 : port + index)];
        try
        {
            HttpServer server = await HttpServer.StartAsync(
                address,
                ports,
                context => byPort[context.Connection.LocalPort].HandleAsync(context),
                console.WriteLine,
                (status, why) => console.WriteLine($"{status} for a request that is not valid HTTP, so no function has seen it: {why}"),
                HalfOpenConnection.Allow);
            foreach ((int listening, FunctionGateway gateway) in server.Ports.Zip(gateways))
                byPort[listening] = gateway;
            return new EmulatorHost(functions, guard, server);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot listen on {address}, port {port}: {exception.Message}. Ports below 1024 are for the system; choose another one: --port "
                    + $"7000, or --port 0 for any free one."));
        }
        catch (SocketException exception)
        {
            throw new ConfigurationException(
                $"Cannot listen on {address}: {exception.Message}. Give --bind an address of this machine, 0.0.0.0 for all of them, or leave it "
                    + "out to listen on this machine only.");
        }
        catch (IOException exception)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot listen on {address}, port {string.Join(", ", ports)}: {exception.InnerException?.Message ?? exception.Message}. "
                    + $"Another emulator may be running. End it, or choose another port: --port {(port < 60000 ? port + 1000 : 7000)}, or --port "
                    + $"0 for any free one."));
        }
    }

    /// <summary>Ends the functions' processes and the servers.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Function function in _functions)
            await function.DisposeAsync();
        await _server.DisposeAsync();
        await _guard.DisposeAsync();
    }
}
