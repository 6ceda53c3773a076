#region countdown
using StreamingLambda.Runtime;

namespace MyFunction;

public sealed class Countdown : IStreamingLambdaHandler
{
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain")), cancellationToken);
        for (int i = 3; i > 0; i--)
        {
            await response.WriteAsync($"{i}...\n", cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(0.5), cancellationToken);
        }
        await response.WriteAndFinishAsync("Lift-off\n", cancellationToken);
    }
}
#endregion
