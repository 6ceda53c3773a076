using StreamingLambda.Runtime;

namespace StreamingLambda.LifetimeFunction;

/// <summary>Says what it was created with, and on standard output that it was disposed of.</summary>
internal sealed class Greeter(string greeting) : IStreamingLambdaHandler, IAsyncDisposable
{
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        await response.WriteAndFinishAsync(greeting, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Not in the thread that stops the process.
        await Task.Yield();
        await Console.Out.WriteLineAsync($"The handler of '{greeting}' is disposed of.");
    }
}
