using System.Net;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>An emulator in this process, on free ports, with the test bootstrap as its function.</summary>
internal sealed class TestEmulator : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly EmulatorHost _host;

    private TestEmulator(EmulatorHost host, ConsoleCapture console)
    {
        _host = host;
        Console = console;
        // Headers in any language, as every other client sends them.
        var handler = new SocketsHttpHandler { UseProxy = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        Client = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{host.Ports[0]}/"), Timeout = Patience };
    }

    public HttpClient Client { get; }

    public ConsoleCapture Console { get; }

    public int Port => _host.Ports[0];

    /// <summary>The emulator's page.</summary>
    public Uri Page => _host.Page!;

    public IReadOnlyList<int> Ports => _host.Ports;

    public static string BootstrapPath => BuiltPrograms.TestBootstrap;

    public static FunctionSettings Settings { get; } = new() { Name = "test", BootstrapPath = BootstrapPath, Account = new Account() };

    public static Task<TestEmulator> StartAsync() => StartAsync(Settings);

    public static Task<TestEmulator> StartAsync(params FunctionSettings[] settings) => StartAsync(settings, [], TimeProvider.System);

    /// <summary>With these APIs as well; where no function has a URL, the client's port is that of the first one.</summary>
    public static async Task<TestEmulator> StartAsync(FunctionSettings[] settings, ApiSettings[] apis, TimeProvider time)
    {
        var console = new ConsoleCapture();
        EmulatorHost host = await EmulatorHost.StartAsync(settings, IPAddress.Loopback, 0, new EmulatorConsole(console), time, apis);
        return new TestEmulator(host, console);
    }

    /// <summary>Runs these steps through <c>POST /invoke</c>; ends with the head of the response.</summary>
    public Task<HttpResponseMessage> RunAsync(params string[][] steps) => SendAsync(Script(steps));

    public Task<HttpResponseMessage> SendAsync(string payload) =>
        Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "invoke") { Content = new StringContent(payload, Encoding.UTF8, "application/json") },
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);

    /// <summary>What the function sees of a request without a script: event, headers of /next, environment.</summary>
    public async Task<JsonDocument> EchoAsync(string target = "") =>
        JsonDocument.Parse(await Client.GetStringAsync(new Uri(Client.BaseAddress!, target), TestContext.Current.CancellationToken));

    public static string Script(params string[][] steps) =>
        $$"""{"steps":[{{string.Join(',', steps.Select(step => $"[{string.Join(',', step.Select(Quote))}]"))}}]}""";

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        await Console.DisposeAsync();
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
