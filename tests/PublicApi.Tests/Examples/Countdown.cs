using StreamingLambda.Runtime;

namespace StreamingLambda.PublicApi.Tests.Examples;

/// <summary>What the examples about time are run with.</summary>
internal sealed class Countdown(TimeProvider time) : IStreamingLambdaHandler
{
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        for (int i = 10; i > 0; i--)
        {
            await response.WriteAsync($"{i}...\n", cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
        await response.WriteAndFinishAsync("Lift-off\n", cancellationToken);
    }
}
