namespace StreamingLambda.AspNetCoreApp;

/// <summary>Says on the console when the host starts and stops it.</summary>
public sealed class Heartbeat(ILogger<Heartbeat> logger) : IHostedService
{
    public static bool HasStarted { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        HasStarted = true;
        logger.LogInformation("heartbeat starts");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("heartbeat stops");
        return Task.CompletedTask;
    }
}
