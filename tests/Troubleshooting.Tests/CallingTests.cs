using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Calling a function": calls that do not arrive, and answers that are not what was hoped for.</summary>
public sealed class CallingTests
{
    private static readonly Dictionary<string, string?> NoCredentials = new()
    {
        ["HOME"] = "/home/you",
        ["AWS_ACCESS_KEY_ID"] = null,
        ["AWS_SECRET_ACCESS_KEY"] = null,
        ["AWS_SESSION_TOKEN"] = null,
        ["AWS_PROFILE"] = null,
        ["AWS_DEFAULT_PROFILE"] = null,
        ["AWS_SHARED_CREDENTIALS_FILE"] = null,
        ["AWS_CONFIG_FILE"] = null,
        ["AWS_REGION"] = null,
        ["AWS_DEFAULT_REGION"] = null,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public CallingTests() => Assert.SkipUnless(Tools.IsInPath("curl"), "'curl' is not in PATH.");

    [Fact]
    public async Task Nobody_listens()
    {
        CommandResult result = await Command.RunAsync("curl", ["--silent", "--show-error", $"http://127.0.0.1:{FreePort()}/"]);

        Page.Shows(result.Error);
    }

    [Fact]
    public async Task No_credentials() => Page.Shows(await InvokeAsync("https://abc.lambda-url.eu-west-1.on.aws/", NoCredentials));

    [Fact]
    public async Task No_region() => Page.Shows(await InvokeAsync(
        $"http://127.0.0.1:{FreePort()}/", new(NoCredentials) { ["AWS_ACCESS_KEY_ID"] = "AKID", ["AWS_SECRET_ACCESS_KEY"] = "secret" }));

    [Fact]
    public async Task A_request_that_curl_does_not_sign()
    {
        using var directory = new TemporaryDirectory();
        Dictionary<string, string?> environment = new(NoCredentials)
        {
            ["AWS_ACCESS_KEY_ID"] = "AKID",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_REGION"] = "eu-west-1",
        };
        string form = await InvokeAsync($"http://127.0.0.1:{FreePort()}/", environment, directory, "-F", "name=Ada");
        directory.AddProgram("curl", "echo 'curl 8.10.1 (a processor)' --fail-with-body");
        string path = await InvokeAsync($"http://127.0.0.1:{FreePort()}/a%20b", environment, directory);

        Page.Shows([form, path]);
    }

    [Fact]
    public async Task A_502()
    {
        await using LocalLambda lambda = await Running.StartAsync(BuiltPrograms.Bootstrap, "ConditionalStreamingHandler");

        (int status, string body) = await lambda.GetAsync("/?scenario=throw");

        Assert.Equal(502, status);
        Page.Shows([body, await lambda.WaitForLogAsync("The invocation failed")]);
    }

    [Fact]
    public async Task A_200_that_stops_in_the_middle()
    {
        await using LocalLambda lambda = await Running.StartAsync(BuiltPrograms.Bootstrap, "ConditionalStreamingHandler");

        (int status, string body) = await lambda.GetAsync("/?scenario=fail-midway");

        Assert.Equal(200, status);
        Page.Shows([body, await lambda.WaitForLogAsync("The invocation failed")]);
    }

    [Fact]
    public async Task A_handler_that_ignores_its_deadline()
    {
        await using LocalLambda lambda = await Running.StartAsync(
            new LocalLambdaOptions { Executable = BuiltPrograms.TestBootstrap, Timeout = TimeSpan.FromSeconds(2) });
        const string hang = """{"steps":[["head","Lambda-Runtime-Function-Response-Mode: streaming"],["chunk","Number: 1\n"],["hang"]]}""";

        CommandResult caller = await Command.RunAsync(
            "curl", ["--silent", "--show-error", "--no-buffer", "--data", hang, $"{lambda.Function.Url}invoke"]);

        Page.Shows([caller.Output + caller.Error, await lambda.SaysAsync("before its deadline.")]);
    }

    [Fact]
    public async Task A_response_that_is_too_large()
    {
        await using LocalLambda lambda = await Running.StartAsync(
            new LocalLambdaOptions { Executable = BuiltPrograms.WorkloadFunction, StreamsResponse = false });
        using var request = new StringContent("""{"workload":"big","bytes":8000000,"chunk":65536}""");

        using HttpResponseMessage response = await lambda.Function.Http.PostAsync(new Uri("/", UriKind.Relative), request);

        Page.Shows(await lambda.WaitForLogAsync("The invocation failed"));
    }

    [Fact]
    public async Task Everything_at_once_because_of_the_invoke_mode()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            [
                "--port", "0", "--auth", "NONE", "--invoke-mode", "BUFFERED",
                "--bootstrap", BuiltPrograms.Bootstrap, "--handler", "SendNumbersWithPause",
            ]);

        using HttpResponseMessage response = await emulator.GetAsync("/?count=1&pauseMs=0");

        // A response that was collected first has a length; a streamed one has none.
        Assert.NotNull(response.Content.Headers.ContentLength);
        Page.Shows(emulator.Program.Output);
    }

    [Fact]
    public async Task Everything_at_once_because_of_curl()
    {
        await using LocalLambda lambda = await Running.StartAsync(BuiltPrograms.TestBootstrap);
        string url = $"{lambda.Function.Url}invoke";

        // That nothing comes can only be waited for; what comes is there as soon as it is there.
        Assert.False(await ShowsTheFirstLineAsync(TimeSpan.FromMilliseconds(500), "--silent", url));
        Assert.True(await ShowsTheFirstLineAsync(Limits.Step, "--silent", "--no-buffer", url));
        Page.Shows([]);
    }

    /// <summary>Whether curl, which prints into a pipe, shows the first line while the function still waits to write the second.</summary>
    private static async Task<bool> ShowsTheFirstLineAsync(TimeSpan patience, params string[] arguments)
    {
        using var gate = new TcpListener(IPAddress.Loopback, 0);
        gate.Start();
        string port = ((IPEndPoint)gate.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string steps =
            """{"steps":[["head","Lambda-Runtime-Function-Response-Mode: streaming"],["chunk","Number: 1\n"],"""
            + $$"""["gate","{{port}}"],["chunk","Number: 2\n"],["end"]]}""";
        using Process curl = Process.Start(new ProcessStartInfo("curl", [.. arguments, "--data", steps]) { RedirectStandardOutput = true })!;

        Task<string?> firstLine = curl.StandardOutput.ReadLineAsync();
        using Socket waiting = await gate.AcceptSocketAsync().WaitAsync(Limits.Step);
        await Task.WhenAny(firstLine, Task.Delay(patience, TimeProvider.System));
        bool isThere = firstLine.IsCompleted;
        waiting.Close();

        Assert.Equal("Number: 1", await firstLine.WaitAsync(Limits.Step));
        Assert.Equal("Number: 2\n", await curl.StandardOutput.ReadToEndAsync().WaitAsync(Limits.Step));
        return isThere;
    }

    private static async Task<string> InvokeAsync(string url, Dictionary<string, string?> environment)
    {
        using var directory = new TemporaryDirectory();
        return await InvokeAsync(url, environment, directory);
    }

    private static async Task<string> InvokeAsync(
        string url, Dictionary<string, string?> environment, TemporaryDirectory directory, params string[] options)
    {
        CommandResult result = await Command.RunAsync(
            Repository.PathOf("scripts/invoke.sh"),
            [url, .. options],
            environment: new Dictionary<string, string?>(environment) { ["PATH"] = directory.PathWithout("aws") });
        Assert.Equal(1, result.ExitCode);
        return result.Error;
    }

    /// <summary>A port that nobody listens on.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
