namespace StreamingLambda.Runtime;

/// <summary>A Lambda function that streams its response. One instance serves every invocation of the process.</summary>
/// <remarks>
/// What happens to an exception depends on how far the response has come:
/// <list type="bullet">
/// <item>before the first write, it is reported to Lambda as the invocation's error; a function URL answers 502;</item>
/// <item>between the first write and <see cref="ResponseStreamWriter.FinishAsync"/>, the response ends with error trailers; the caller
/// of a function URL sees the bytes written so far, status unchanged;</item>
/// <item>after <see cref="ResponseStreamWriter.FinishAsync"/>, it is logged and nothing else.</item>
/// </list>
/// None of them ends the process. A handler that returns without finishing the response has failed too.
/// </remarks>
/// <example>
/// <code>
/// public sealed class Hello : IStreamingLambdaHandler
/// {
///     public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
///     {
///         await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain")), cancellationToken);
///         await response.WriteAndFinishAsync("Hello\n", cancellationToken);
///     }
/// }
/// </code>
/// </example>
public interface IStreamingLambdaHandler
{
    /// <summary>Handles one invocation. Work done after <see cref="ResponseStreamWriter.FinishAsync"/> is background work: the
    /// caller already has the whole response, and the next invocation is asked for when the returned task completes.</summary>
    /// <param name="invocation">The event and what Lambda says about it.</param>
    /// <param name="response">Takes the response: status and headers, then the body, then finish.</param>
    /// <param name="cancellationToken">Fires shortly before the deadline (<see cref="LambdaRuntimeOptions.DeadlineMargin"/>) and when
    /// the process is told to stop.</param>
    Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken);
}
