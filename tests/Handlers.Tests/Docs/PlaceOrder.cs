using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers.Tests.Docs;

#region place-order
internal sealed class PlaceOrder : IJsonStreamingHandler<Order>
{
    public async Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        await response.WriteStatusAndHeadersAsync(new(201, ("Content-Type", "text/plain")), cancellationToken);
        await response.WriteAndFinishAsync($"{input.Quantity} of {input.Item}\n", cancellationToken);
    }
}
#endregion
