namespace StreamingLambda.AspNetCore.Tests;

/// <summary>The app of tests/AspNetCoreApp, on Kestrel or, inside the emulator, on Lambda's server.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    /// <summary>The API, which exists here and on AWS alike: the stage stands in front of every path.</summary>
    private const string RestApi = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          App:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: provided.al2023
              Handler: bootstrap
              CodeUri: .
              Events:
                Root: { Type: Api, Properties: { Path: /, Method: ANY, ResponseTransferMode: RESPONSE_STREAM } }
                Rest: { Type: Api, Properties: { Path: '/{proxy+}', Method: ANY, ResponseTransferMode: RESPONSE_STREAM } }
        """;

    private TemporaryDirectory? _directory;

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
            "--port", "0", "--bootstrap", App, "--env", "APP_BUILDER=" + builder, "--allow-host", "app.example", .. more,
            .. more.Contains("--auth") ? Array.Empty<string>() : ["--auth", "NONE"],
        ];
        var program = RunningProgram.Start(BuiltPrograms.Emulator, arguments);
        var match = await program.WaitForOutputAsync(@"listens on http://127\.0\.0\.1:(\d+)");
        return new RunningApp(program, int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Behind a REST API, stage <c>Prod</c>.</summary>
    public static async Task<RunningApp> OnRestApiAsync()
    {
        var directory = new TemporaryDirectory();
        string template = Path.Combine(directory.Path, "template.yaml");
        await File.WriteAllTextAsync(template, RestApi);
        string[] arguments = ["--port", "0", "--auth", "NONE", "--bootstrap", App, "--template", template, "--allow-host", "app.example"];
        var program = RunningProgram.Start(BuiltPrograms.Emulator, arguments);
        var match = await program.WaitForOutputAsync(@"\(REST API\) listens on http://127\.0\.0\.1:(\d+)/Prod/");
        int port = int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        return new RunningApp(program, port) { _directory = directory };
    }

    /// <summary>Sends a request as it stands, after which the server closes the connection.</summary>
    public Task<RawResponse> SendAsync(string request) => RawResponse.GetAsync(Port, request);

    public Task<RawResponse> GetAsync(string target) => SendAsync($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _directory?.Dispose();
    }
}
