using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

using StreamingLambda.AspNetCore.Start;
using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore;

/// <summary>ASP.NET Core's server on Lambda: takes invocations where another server takes connections.</summary>
/// <param name="environment">What Lambda set.</param>
/// <param name="options">Choices for the runtime.</param>
/// <param name="lifetime">Is told when no more invocations come.</param>
/// <param name="endpoints">The app's endpoints; null if it has no routing.</param>
internal sealed class LambdaServer(
    LambdaEnvironment environment, LambdaRuntimeOptions options, IHostApplicationLifetime lifetime, EndpointDataSource? endpoints) : IServer
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;

    /// <summary>None, and so no <c>IServerAddressesFeature</c>: the app has no address that it could know.</summary>
    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>Begins to take invocations. The host has started the app's hosted services before.</summary>
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        ClosedServices.Name();
        PrepareEndpoints();
        _started = true;
        // A thread of its own: the program's thread waits for the host, and the runtime waits best in a thread that it need not give back.
        new Thread(() => Run(new RequestHandler<TContext>(application))) { IsBackground = true, Name = nameof(LambdaServer) }.Start();
        return Task.CompletedTask;
    }

    /// <summary>Takes no further invocation, and waits for the one that runs for as long as the runtime gives it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_started)
            await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Builds the app's endpoints, which ASP.NET Core would do with the first request: before the first event a function has a whole
    /// processor, during the event its memory's share of one.</summary>
    private void PrepareEndpoints()
    {
        try
        {
            _ = endpoints?.Endpoints;
        }
        catch (Exception)
        {
            // Nothing is lost: each request meets the same failure and reports it, as on Kestrel.
        }
    }

    private void Run(IStreamingLambdaHandler handler)
    {
        int exitCode = LambdaRuntime.RunAsync(environment, _ => handler, options, _stopping.Token).GetAwaiter().GetResult();
        // The runtime has said why in the log.
        if (exitCode != 0)
            Environment.ExitCode = exitCode;
        _ended.SetResult();
        lifetime.StopApplication();
    }
}
