namespace StreamingLambda.Runtime;

/// <summary>A handler that is one method, for where a handler is asked for: in a factory, or in a table of handlers.</summary>
/// <example>
/// <code>
/// return await LambdaRuntime.RunAsync(async () =>
/// {
///     string greeting = await File.ReadAllTextAsync("greeting.txt");
///     return new DelegateStreamingHandler(async (invocation, response, cancellationToken) =>
///         await response.WriteAndFinishAsync(greeting, cancellationToken));
/// });
/// </code>
/// </example>
public sealed class DelegateStreamingHandler : IStreamingLambdaHandler
{
    private readonly Func<Invocation, ResponseStreamWriter, CancellationToken, Task> _handle;

    /// <summary>Creates the handler.</summary>
    /// <param name="handle">Handles one invocation. The rules are those of <see cref="IStreamingLambdaHandler.HandleAsync"/>.</param>
    public DelegateStreamingHandler(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        _handle = handle;
    }

    /// <inheritdoc />
    public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        _handle(invocation, response, cancellationToken);
}
