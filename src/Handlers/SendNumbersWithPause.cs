using System.Globalization;

using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers;

/// <summary>Sends numbers with pauses.</summary>
public sealed class SendNumbersWithPause : IStreamingLambdaHandler
{
    /// <inheritdoc />
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain"), ("x-my-custom-header", "streaming-example")), cancellationToken);
        for (int i = 1; i <= 3; i++)
        {
            await response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"Number: {i}\n"), cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
        await response.WriteAndFinishAsync("Streaming complete!\n", cancellationToken);
    }
}
