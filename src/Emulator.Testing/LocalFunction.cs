using System.Text;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Testing;

/// <summary>A function of a <see cref="LocalLambda"/>.</summary>
/// <example>
/// <code>
/// LocalFunction orders = lambda["Orders"];
/// using HttpResponseMessage refused = await orders.CreateClient(signs: false).GetAsync("/");
/// Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
/// </code>
/// </example>
public sealed class LocalFunction
{
    private readonly LocalLambda _lambda;
    private readonly Function _function;
    private readonly Lazy<HttpClient> _http;

    internal LocalFunction(LocalLambda lambda, Function function, Uri? url)
    {
        _lambda = lambda;
        _function = function;
        Url = url;
        _http = new Lazy<HttpClient>(() => CreateClient(function.Settings.AuthType == AuthType.AwsIam));
    }

    /// <summary>The name.</summary>
    public string Name => _function.Settings.Name;

    /// <summary>The function URL; null: it has none.</summary>
    public Uri? Url { get; }

    /// <summary>A client of the function URL, which signs its requests where the URL asks for that. It follows no redirect, keeps no cookies, uses
    /// no proxy and never gives up on its own.</summary>
    /// <exception cref="InvalidOperationException">The function has no URL.</exception>
    public HttpClient Http => _http.Value;

    /// <summary>Another client of the function URL. It ends with the <see cref="LocalLambda"/> too.</summary>
    /// <param name="signs">Whether it signs its requests, with the credentials of the emulator.</param>
    /// <exception cref="InvalidOperationException">The function has no URL.</exception>
    public HttpClient CreateClient(bool signs) => _lambda.CreateClient(
        Url ?? throw new InvalidOperationException(
            $"{Name} has no function URL. Give it a FunctionUrlConfig, or call it with {nameof(InvokeAsync)} or through "
                + $"{nameof(LocalLambda.LambdaApi)}."),
        signs ? _function.Settings.Account : null);

    /// <summary>Invokes it with an event of your own, and returns as soon as it has begun. The response is read at full speed.</summary>
    /// <param name="eventJson">The event: JSON of at most 6 MB.</param>
    public LocalInvocation Start(string eventJson)
    {
        var request = new InvokeRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Event = Encoding.UTF8.GetBytes(eventJson),
            TraceId = TraceHeader.New(TimeProvider.System.GetUtcNow()).ForFunction,
            Caller = new Caller("test"),
        };
        _ = RunAsync(request);
        return _lambda.GetInvocation(request.RequestId);
    }

    /// <summary>Invokes it with an event of your own, and returns when everything about the invocation is said.</summary>
    /// <param name="eventJson">The event: JSON of at most 6 MB.</param>
    /// <exception cref="TimeoutException">That took longer than <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    public async Task<LocalInvocation> InvokeAsync(string eventJson)
    {
        LocalInvocation invocation = Start(eventJson);
        await invocation.WaitAsync().ConfigureAwait(false);
        return invocation;
    }

    private async Task RunAsync(InvokeRequest request)
    {
        try
        {
            await _function.InvokeAsync(new Invocation(request, new NoReceiver(_function.Settings.InvokeMode))).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The emulator stops; what has happened is recorded.
        }
    }
}
