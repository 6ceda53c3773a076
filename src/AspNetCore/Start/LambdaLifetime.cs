using System.Runtime.InteropServices;

using Microsoft.Extensions.Hosting;

namespace StreamingLambda.AspNetCore.Start;

/// <summary>What stops the host on Lambda: SIGTERM. The host's own lifetime is for a console, with Ctrl+C and words for whoever reads along, and
/// takes its time at the start for that.</summary>
internal sealed class LambdaLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private PosixSignalRegistration? _terminate;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            application.StopApplication();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _terminate?.Dispose();
}
