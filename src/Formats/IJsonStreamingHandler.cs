using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>A streaming function whose event is JSON of a type of your own. <see cref="JsonStreamingHandler{TEvent}"/> runs it.</summary>
/// <typeparam name="TEvent">The body of a request to a function URL or an API Gateway REST API, or the event of any other
/// invocation.</typeparam>
/// <example>
/// <code>
/// public sealed class PlaceOrder : IJsonStreamingHandler&lt;Order&gt;
/// {
///     public async Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
///         await response.WriteAndFinishAsync($"{input.Quantity} of {input.Item}\n", cancellationToken);
/// }
/// </code>
/// </example>
public interface IJsonStreamingHandler<in TEvent>
{
    /// <summary>Handles one invocation. The rules are those of <see cref="IStreamingLambdaHandler.HandleAsync"/>.</summary>
    /// <param name="input">The event, read; never null.</param>
    /// <param name="invocation">The event as it came, and what Lambda says about it. Headers and query of a request are in
    /// <see cref="Runtime.Events.FunctionUrlRequest"/> or <see cref="Runtime.Events.ApiGatewayRequest"/>.</param>
    /// <param name="response">Takes the response.</param>
    /// <param name="cancellationToken">Fires shortly before the deadline and when the process is told to stop.</param>
    Task HandleAsync(TEvent input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken);
}
