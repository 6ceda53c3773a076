using System.Net;

namespace StreamingLambda.Tests.Shared;

/// <summary>The emulator as a process, with a function in it.</summary>
public sealed class RunningEmulator : IAsyncDisposable
{
    private readonly RunningProgram _program;

    private RunningEmulator(RunningProgram program, Uri url)
    {
        _program = program;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = url, Timeout = Limits.Step };
    }

    public RunningProgram Program => _program;

    public HttpClient Http { get; }

    public static Task<RunningEmulator> StartAsync(string bootstrap, string handler) =>
        StartAsync(["--port", "0", "--auth", "NONE", "--bootstrap", bootstrap, "--handler", handler]);

    public static async Task<RunningEmulator> StartAsync(string[] arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var program = RunningProgram.Start(BuiltPrograms.Emulator, arguments, environment);
        var match = await program.WaitForOutputAsync(@"listens on (http://\S+)");
        return new RunningEmulator(program, new Uri(match.Groups[1].Value));
    }

    /// <summary>Sends a request and returns when the head of the answer is there.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path) =>
        await Http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    /// <summary>Status and body of a whole answer.</summary>
    public async Task<(HttpStatusCode Status, string Body)> GetTextAsync(string path)
    {
        using HttpResponseMessage response = await GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _program.DisposeAsync();
    }
}
