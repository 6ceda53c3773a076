using System.Globalization;
using System.Net;
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
    private readonly HttpServer _server;

    private EmulatorHost(List<Function> functions, HttpServer server)
    {
        _functions = functions;
        _server = server;
    }

    /// <summary>The ports of the functions, in their order.</summary>
    public IReadOnlyList<int> Ports => _server.Ports;

    /// <summary>Listens; no function is started before its first invocation.</summary>
    /// <exception cref="ConfigurationException">It cannot listen.</exception>
    public static async Task<EmulatorHost> StartAsync(
        IReadOnlyList<FunctionSettings> settings, IPAddress address, int port, EmulatorConsole console, TimeProvider time)
    {
        List<Function> functions = [.. settings.Select(one => new Function(one, console, time))];
        List<FunctionGateway> gateways =
            [.. functions.Where(function => function.Settings.HasUrl).Select(function => new FunctionGateway(function, functions, console, time))];
        var byPort = new Dictionary<int, FunctionGateway>();
        int[] ports = [.. Enumerable.Range(0, gateways.Count).Select(index => port == 0 ? 0 : port + index)];
        try
        {
            HttpServer server = await HttpServer.StartAsync(address, ports, context => byPort[context.Connection.LocalPort].HandleAsync(context), console.WriteLine);
            foreach ((int listening, FunctionGateway gateway) in server.Ports.Zip(gateways))
                byPort[listening] = gateway;
            return new EmulatorHost(functions, server);
        }
        catch (IOException exception)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot listen on {address}, port {string.Join(", ", ports)}: {exception.InnerException?.Message ?? exception.Message}. "
                    + $"Another emulator may be running. End it, or choose another port: --port {(port < 60000 ? port + 1000 : 7000)}, or --port 0 for any free one."));
        }
    }

    /// <summary>Ends the functions' processes and the server.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Function function in _functions)
            await function.DisposeAsync();
        await _server.DisposeAsync();
    }
}
