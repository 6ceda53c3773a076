using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace MyNamespace;

/// <summary>Greets in a few steps: <c>?name=Ada</c> says whom.</summary>
/// <param name="time">The clock of its pauses, for tests; null for the system's.</param>
public sealed class Hello(TimeProvider? time = null) : IStreamingLambdaHandler
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request);
        string name = request?.GetQuery("name") ?? "world";

        // Once and first: status and headers. Then as many writes as you like, each of which the caller sees at once.
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain; charset=utf-8")), cancellationToken);
        foreach (string line in (string[])["Hello", $"{name}!"])
        {
            await response.WriteAsync($"{line}\n", cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(0.5), _time, cancellationToken);
        }
        // Once and last.
        await response.WriteAndFinishAsync("This came as a stream.\n", cancellationToken);
    }
}
