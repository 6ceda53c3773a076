using StreamingLambda.Runtime;

namespace StreamingLambda.Testing.Tests;

/// <summary>A handler that is written where it is used.</summary>
internal sealed class InlineHandler(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle) : IStreamingLambdaHandler
{
    public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        handle(invocation, response, cancellationToken);
}
