using StreamingLambda.Runtime;

namespace StreamingLambda.PublicApi.Tests.Examples;

#region IStreamingLambdaHandler
public sealed class Hello : IStreamingLambdaHandler
{
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain")), cancellationToken);
        await response.WriteAndFinishAsync("Hello\n", cancellationToken);
    }
}
#endregion
