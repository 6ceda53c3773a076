using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Doors.Apis;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Emulator.Page;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator;

/// <summary>All functions and the server in front of them.</summary>
internal sealed class EmulatorHost : IAsyncDisposable
{
    private readonly List<Function> _functions;
    private readonly ProcessGuard _guard;
    private readonly HttpServer _server;
    private readonly PageServer? _page;

    private EmulatorHost(List<Function> functions, ProcessGuard guard, HttpServer server, PageServer? page)
    {
        _functions = functions;
        _guard = guard;
        _server = server;
        _page = page;
    }

    /// <summary>The ports of the functions with a URL, in their order, and then those of the APIs. Where there is neither, one for the Lambda
    /// API.</summary>
    public IReadOnlyList<int> Ports => _server.Ports;

    /// <summary>The functions, those with a URL first.</summary>
    public IReadOnlyList<Function> Functions => _functions;

    /// <summary>Where the page is that shows invocations, null: there is none.</summary>
    public Uri? Page => _page?.Url;

    /// <summary>Listens; no function is started before its first invocation.</summary>
    /// <param name="settings">The functions, those with a URL first.</param>
    /// <param name="address">Where to listen.</param>
    /// <param name="port">The first port; 0: any free ones.</param>
    /// <param name="console">The console.</param>
    /// <param name="time">The clock.</param>
    /// <param name="apis">The APIs that lead to the functions.</param>
    /// <param name="recorder">Keeps the invocations; null: only the page does, where there is one.</param>
    /// <exception cref="ConfigurationException">It cannot listen.</exception>
    public static async Task<EmulatorHost> StartAsync(
        IReadOnlyList<FunctionSettings> settings,
        IPAddress address,
        int port,
        EmulatorConsole console,
        TimeProvider time,
        IReadOnlyList<ApiSettings>? apis = null,
        Recorder? recorder = null)
    {
        var guard = new ProcessGuard(console);
        bool hasPage = settings[0].Doors.HasPage;
        recorder ??= hasPage ? new Recorder(time, new RecorderLimits()) : null;
        List<Function> functions = [.. settings.Select(one => new Function(one, console, guard, time, recorder))];
        List<RequestDelegate> gateways =
        [
            .. functions.Where(function => function.Settings.HasUrl).Select(Gateway),
            .. (apis ?? []).Select(api => (RequestDelegate)new ApiDoor(api, functions, console, time).HandleAsync),
        ];
        // Where there is neither a URL nor an API, the first function's port is for the Lambda API.
        if (gateways.Count == 0)
            gateways.Add(Gateway(functions[0]));
        RequestDelegate Gateway(Function function) => new FunctionGateway(function, functions, console, time).HandleAsync;

        int doors = gateways.Count;
        if (port + doors - 1 > IPEndPoint.MaxPort)
        {
            string what = apis is { Count: > 0 } ? "functions and APIs" : "functions";
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{doors} {what} need ports {port} to {port + doors - 1}, and {IPEndPoint.MaxPort} is the last one. Choose a lower --port, or "
                    + $"--port 0 for any free ones."));
        }
        var byPort = new Dictionary<int, RequestDelegate>();
        int[] ports = [.. Enumerable.Range(0, gateways.Count).Select(index => port == 0 ? 0 : port + index)];
        try
        {
            HttpServer server = await HttpServer.StartAsync(
                address,
                ports,
                context => byPort[context.Connection.LocalPort](context),
                console.WriteLine,
                (status, why) => console.WriteLine($"{status} for a request that is not valid HTTP, so no function has seen it: {why}"),
                HalfOpenConnection.Allow);
            foreach ((int listening, RequestDelegate gateway) in server.Ports.Zip(gateways))
                byPort[listening] = gateway;
            PageServer? page = null;
            if (hasPage)
            {
                IEnumerable<ServedFunction> served = functions.Select(
                    (function, index) => new ServedFunction(function, Banner.Url(address, server.Ports[function.Settings.HasUrl ? index : 0])));
                IEnumerable<ServedApi> servedApis = (apis ?? []).Zip(
                    server.Ports.Skip(functions.Count(function => function.Settings.HasUrl)),
                    (api, apiPort) => new ServedApi(api, OpenDoor.UrlOf(api, address, apiPort)));
                page = new PageServer([.. served], [.. servedApis], recorder!, time);
                await page.StartAsync(port == 0 ? 0 : port - 1, console);
            }
            return new EmulatorHost(functions, guard, server, page);
        }
        catch (Exception exception) when (DenialIn(exception) is { } denied)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot listen on {address}, port {port}: {denied.Message}. Ports below 1024 are for the system; choose another one: --port "
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

    // On loopback Kestrel tells of both addresses together.
    private static SocketException? DenialIn(Exception? exception) => exception switch
    {
        SocketException socket => socket.SocketErrorCode == SocketError.AccessDenied ? socket : null,
        AggregateException all => all.InnerExceptions.Select(DenialIn).FirstOrDefault(denied => denied is not null),
        IOException wrapped => DenialIn(wrapped.InnerException),
        _ => null,
    };

    /// <summary>Ends the functions' processes and the servers.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Function function in _functions)
            await function.DisposeAsync();
        if (_page is not null)
            await _page.DisposeAsync();
        await _server.DisposeAsync();
        await _guard.DisposeAsync();
    }
}
