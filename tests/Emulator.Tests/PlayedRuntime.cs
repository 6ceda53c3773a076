using System.Globalization;
using System.Text;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>
/// A function whose runtime is the test: its process says where its Runtime API is and then does nothing, the calls come from here, over any
/// number of connections and in any order.
/// </summary>
internal sealed class PlayedRuntime : IAsyncDisposable
{
    public const string Invocation = "/2018-06-01/runtime/invocation/";

    private readonly ScriptBootstrap _bootstrap;
    private readonly List<RawConnection> _connections = [];

    private PlayedRuntime(ScriptBootstrap bootstrap, TestEmulator emulator)
    {
        _bootstrap = bootstrap;
        Emulator = emulator;
    }

    public TestEmulator Emulator { get; }

    public static async Task<PlayedRuntime> StartAsync(Func<FunctionSettings, FunctionSettings>? configure = null)
    {
        var bootstrap = new ScriptBootstrap("echo \"api ${AWS_LAMBDA_RUNTIME_API#*:}.\"; exec sleep 1000");
        return new PlayedRuntime(bootstrap, await TestEmulator.StartAsync((configure ?? (settings => settings))(bootstrap.Settings)));
    }

    /// <summary>Makes an invocation; ends with the answer to its caller.</summary>
    public async Task<string> CallAsync()
    {
        using HttpResponseMessage response = await Emulator.SendAsync("{}");
        try
        {
            return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
        }
        catch (HttpRequestException)
        {
            return $"{(int)response.StatusCode} broken off";
        }
    }

    /// <summary>A connection to the Runtime API of the function's process, which an invocation has started.</summary>
    public async Task<RawConnection> ConnectAsync()
    {
        string line = await Emulator.Console.LineAsync("] api ");
        var connection = await RawConnection.OpenAsync(int.Parse(line[(line.LastIndexOf(' ') + 1)..].TrimEnd('.'), CultureInfo.InvariantCulture));
        _connections.Add(connection);
        return connection;
    }

    /// <summary>Asks for the next invocation on this connection; its request id.</summary>
    public static async Task<string> NextAsync(RawConnection connection)
    {
        await AskAsync(connection);
        return (await connection.ReadAsync()).Value("Lambda-Runtime-Aws-Request-Id");
    }

    /// <summary>Asks, without waiting for the answer.</summary>
    public static Task AskAsync(RawConnection connection) => connection.SendAsync($"GET {Invocation}next HTTP/1.1\r\nHost: x\r\n\r\n");

    /// <summary>Sends an answer in one piece, without waiting for what comes back.</summary>
    public static Task PostAsync(RawConnection connection, string path, byte[] body, params string[] headers) => connection.SendAsync(
        [
            .. Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\n"),
            .. Encoding.UTF8.GetBytes(string.Concat(headers.Select(header => header + "\r\n"))),
            .. Encoding.UTF8.GetBytes($"Content-Length: {body.Length}\r\n\r\n"),
            .. body,
        ]);

    /// <summary>Begins a streamed answer.</summary>
    public static Task BeginAsync(RawConnection connection, string requestId, string contentType = "text/plain") => connection.SendAsync(
        $"POST {Invocation}{requestId}/response HTTP/1.1\r\nHost: x\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n"
            + $"Content-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n"
            + "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        foreach (RawConnection connection in _connections)
            connection.Dispose();
        await Emulator.DisposeAsync();
        _bootstrap.Dispose();
    }
}
