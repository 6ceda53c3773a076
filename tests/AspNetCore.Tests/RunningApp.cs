namespace StreamingLambda.AspNetCore.Tests;

/// <summary>The app of tests/AspNetCoreApp, on Kestrel or, inside the emulator, on Lambda's server.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private RunningApp(RunningProgram program, int port)
    {
        Program = program;
        Port = port;
    }

    public RunningProgram Program { get; }

    public int Port { get; }

    private static string App => BuiltPrograms.In("AspNetCoreApp", "bootstrap");

    public static async Task<RunningApp> OnKestrelAsync(string builder = "slim")
    {
        var program = RunningProgram.Start(App, [], new Dictionary<string, string?>
        {
            ["APP_BUILDER"] = builder,
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["AWS_LAMBDA_RUNTIME_API"] = null,
        });
        var match = await program.WaitForOutputAsync(@"Now listening on: http://127\.0\.0\.1:(\d+)");
        return new RunningApp(program, int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    public static async Task<RunningApp> OnLambdaAsync(string builder = "slim", params string[] more)
    {
        string[] arguments =
        [
            "--port", "0", "--auth", "NONE", "--bootstrap", App, "--env", "APP_BUILDER=" + builder, "--allow-host", "app.example", .. more,
        ];
        var program = RunningProgram.Start(BuiltPrograms.Emulator, arguments);
        var match = await program.WaitForOutputAsync(@"listens on http://127\.0\.0\.1:(\d+)");
        return new RunningApp(program, int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Sends a request as it stands, after which the server closes the connection.</summary>
    public Task<RawResponse> SendAsync(string request) => RawResponse.GetAsync(Port, request);

    public Task<RawResponse> GetAsync(string target) => SendAsync($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\n\r\n");

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
