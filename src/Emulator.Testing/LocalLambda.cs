using System.Net;
using System.Text;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Testing;

/// <summary>
/// AWS Lambda on this machine, for a test: the emulator in the test's own process, on free ports, with the functions in processes of their own.
/// Several may run at a time. Its end ends all of those processes, and so does the end of the test's process, whatever ends it.
/// </summary>
/// <example>
/// <code>
/// await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions { Path = "src/MyFunction" });
/// using HttpResponseMessage response = await lambda.Function.Http.GetAsync("/?name=Ada");
/// Assert.Equal("Hello Ada\n", await response.Content.ReadAsStringAsync());
/// </code>
/// </example>
public sealed class LocalLambda : IAsyncDisposable
{
    /// <summary>The access key id of the emulator's account, the example of AWS's documentation, for clients that sign on their own.</summary>
    public const string AccessKeyId = "AKIAIOSFODNN7EXAMPLE";

    /// <summary>The secret access key to it.</summary>
    public const string SecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// <summary>The region that the functions seem to be in.</summary>
    public const string Region = "us-east-1";

    private readonly LocalLambdaOptions _options;
    private readonly Recorder _recorder;
    private readonly EmulatorHost _host;
    private readonly LineLog _log;
    private readonly Lock _lock = new();
    private readonly List<HttpClient> _clients = [];
    private readonly Dictionary<string, LocalInvocation> _invocations = new(StringComparer.Ordinal);
    private int _handedOut;

    private LocalLambda(LocalLambdaOptions options, Recorder recorder, EmulatorHost host, IReadOnlyList<ApiSettings> apis, LineLog log)
    {
        _options = options;
        _recorder = recorder;
        _host = host;
        _log = log;
        Functions =
        [
            .. host.Functions.Select((function, index) => new LocalFunction(
                this, function, function.Settings.HasUrl ? Banner.Url(IPAddress.Loopback, host.Ports[index]) : null)),
        ];
        IEnumerable<OpenDoor> doors = OpenDoor.Of(
            [.. host.Functions.Select(function => function.Settings)], apis, host.Ports, IPAddress.Loopback, page: null);
        Apis = doors.Where(door => door.Api is not null).ToDictionary(door => door.Api!, door => door.Url, StringComparer.Ordinal);
    }

    /// <summary>All functions, those with a URL first.</summary>
    public IReadOnlyList<LocalFunction> Functions { get; }

    /// <summary>The addresses of the template's REST APIs and HTTP APIs, with their stage and a slash, by their names in the template.</summary>
    public IReadOnlyDictionary<string, Uri> Apis { get; }

    /// <summary>The function.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public LocalFunction Function => Functions is [var only] ? only : throw new InvalidOperationException(
        $"There are {Functions.Count} functions: {Names}. Choose one by its name in brackets, or with {nameof(LocalLambdaOptions)}."
            + $"{nameof(LocalLambdaOptions.Function)}.");

    /// <summary>The endpoint of the Lambda API, for AWS's SDKs: it invokes every function, with <see cref="AccessKeyId"/>,
    /// <see cref="SecretAccessKey"/> and <see cref="Region"/>.</summary>
    public Uri LambdaApi => Banner.Url(IPAddress.Loopback, _host.Ports[0]);

    /// <summary>The invocations so far, in the order in which they came, of all functions.</summary>
    public IReadOnlyList<LocalInvocation> Invocations => [.. _recorder.Kept.Select(Wrap)];

    /// <summary>What the emulator has said so far, its functions' output among it, line by line.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    private string Names => string.Join(", ", Functions.Select(function => function.Name));

    /// <summary>A function by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public LocalFunction this[string name] => Functions.FirstOrDefault(function => function.Name == name)
        ?? throw new ArgumentException($"There is no function {name}. There are: {Names}.", nameof(name));

    /// <summary>Starts it; ends when it takes requests. A function's process starts with its first invocation.</summary>
    /// <param name="options">What to run; null: the nearest template from the folder of the tests upwards.</param>
    /// <param name="cancellationToken">Gives up; a project may have to be built.</param>
    /// <exception cref="InvalidOperationException">It cannot start; the message says why, and what to do.</exception>
    /// <exception cref="PlatformNotSupportedException">This is Windows, where no function of Lambda runs.</exception>
    public static async Task<LocalLambda> StartAsync(LocalLambdaOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("A function for Lambda is a Linux program, which Windows cannot run. Run these tests in WSL.");

        options ??= new LocalLambdaOptions();
        var log = new LineLog(options.Log);
        try
        {
            Target target = await Target.FindAsync(options, cancellationToken).ConfigureAwait(false);
            EmulatorOptions read = await ReadAsync(OptionNames.Arguments(options, target)).ConfigureAwait(false);
            var account = new Account { Region = Region, AccessKeyId = AccessKeyId, SecretAccessKey = SecretAccessKey };
            // Without a template none is looked for: from the root there is none.
            var source = new FunctionSource(read, account, log.Console);
            IReadOnlyList<FunctionSettings> functions = source.Read("/");
            var everything = new RecorderLimits
            {
                Invocations = int.MaxValue,
                Bytes = long.MaxValue,
                ResponseBytes = long.MaxValue,
                LogBytes = long.MaxValue,
                FineChunks = int.MaxValue,
            };
            var recorder = new Recorder(TimeProvider.System, everything);
            EmulatorHost host = await EmulatorHost.StartAsync(
                functions, read.Bind, read.Port, log.Console, TimeProvider.System, source.Apis, recorder).ConfigureAwait(false);
            return new LocalLambda(options, recorder, host, source.Apis, log);
        }
        catch (ConfigurationException exception)
        {
            throw new InvalidOperationException(OptionNames.Translate(exception.Message), exception);
        }
    }

    /// <summary>The invocation that a response comes from.</summary>
    /// <exception cref="ArgumentException">It comes from none: the emulator itself has answered, or another one.</exception>
    public LocalInvocation InvocationOf(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        string id = Header(response, "x-amzn-RequestId");
        string trace = Header(response, "X-Amzn-Trace-Id").Split(';')[0];
        // An API has a request id of its own, and the trace in common with its function.
        RecordedInvocation? found = _recorder.Find(id)
            ?? _recorder.Kept.LastOrDefault(invocation => trace.Length > 0 && invocation.Request.TraceId.Split(';')[0] == trace);
        return found is not null ? Wrap(found) : throw new ArgumentException(
            $"This response, {(int)response.StatusCode}, comes from no invocation: no function has seen the request. "
                + $"What the emulator says of it:\n{string.Join('\n', Log.TakeLast(3))}",
            nameof(response));
    }

    /// <summary>Waits for the next invocation that begins, whoever caused it. Each is handed out once, in the order in which they came.</summary>
    /// <exception cref="TimeoutException">None began within <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    public async Task<LocalInvocation> NextInvocationAsync()
    {
        LocalInvocation? next = null;
        await WaitUntilAsync(
            () => (next = TakeNext()) is not null, () => $"Invocation {_handedOut + 1} did not begin. The emulator said:\n{string.Join('\n', Log)}")
            .ConfigureAwait(false);
        return next!;
    }

    /// <summary>Waits for a line of <see cref="Log"/> that has this text in it; the whole line.</summary>
    /// <exception cref="TimeoutException">None came within <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    public Task<string> WaitForLogAsync(string text) => _log.WaitAsync(text, _options.WaitLimit);

    /// <summary>Ends it, the processes of its functions and the clients. Requests that are under way break off.</summary>
    public async ValueTask DisposeAsync()
    {
        HttpClient[] clients;
        lock (_lock)
        {
            clients = [.. _clients];
            _clients.Clear();
        }
        foreach (HttpClient client in clients)
            client.Dispose();
        await _host.DisposeAsync().ConfigureAwait(false);
    }

    internal HttpClient CreateClient(Uri url, Account? signer)
    {
        HttpMessageHandler handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
        if (signer is not null)
            handler = new SigningHandler(handler, signer, TimeProvider.System);
        var client = new HttpClient(handler) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        lock (_lock)
        {
            _clients.Add(client);
        }
        return client;
    }

    internal LocalInvocation GetInvocation(string requestId) => Wrap(_recorder.Find(requestId)!);

    internal async Task WaitUntilAsync(Func<bool> isSo, Func<string> describe)
    {
        using var limit = new CancellationTokenSource(_options.WaitLimit);
        while (true)
        {
            // Asked for first: what happens while one looks is not missed.
            Task changed = _recorder.Changes.Next();
            if (isSo())
                return;
            try
            {
                await changed.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"{describe()}\nThat was waited for {_options.WaitLimit.TotalSeconds} s ({nameof(LocalLambdaOptions.WaitLimit)}).");
            }
        }
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : "";

    // The command line knows what each option may be.
    private static async Task<EmulatorOptions> ReadAsync(string[] arguments)
    {
        EmulatorOptions? read = null;
        using var error = new StringWriter();
        await new CommandLine(options =>
        {
            read = options;
            return Task.FromResult(0);
        }).InvokeAsync(arguments, TextWriter.Null, error).ConfigureAwait(false);
        return read ?? throw new ConfigurationException(error.ToString());
    }

    // Counted when it is there: a wait in vain takes none away.
    private LocalInvocation? TakeNext()
    {
        lock (_lock)
        {
            IReadOnlyList<RecordedInvocation> kept = _recorder.Kept;
            return kept.Count > _handedOut ? Wrap(kept[_handedOut++]) : null;
        }
    }

    // One for each, so that chunks are read once.
    private LocalInvocation Wrap(RecordedInvocation recorded)
    {
        lock (_lock)
        {
            if (!_invocations.TryGetValue(recorded.Request.RequestId, out LocalInvocation? invocation))
                _invocations[recorded.Request.RequestId] = invocation = new LocalInvocation(this, recorded);
            return invocation;
        }
    }
}
