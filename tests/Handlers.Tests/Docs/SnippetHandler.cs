using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>Runs a piece of the page as a handler.</summary>
internal sealed class SnippetHandler(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle) : IStreamingLambdaHandler
{
    public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        handle(invocation, response, cancellationToken);
}
