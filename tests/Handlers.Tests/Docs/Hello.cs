#region hello
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace MyFunction;

public sealed class Hello : IStreamingLambdaHandler
{
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request);
        string name = request?.GetQuery("name") ?? "world";

        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain; charset=utf-8")), cancellationToken);
        await response.WriteAsync("Hello ", cancellationToken);
        await response.WriteAndFinishAsync($"{name}\n", cancellationToken);
    }
}
#endregion
