using System.Text.Json.Serialization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.PublicApi.Tests.Examples;

public sealed record Order(string Item, int Quantity);

[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;

#region IJsonStreamingHandler
public sealed class PlaceOrder : IJsonStreamingHandler<Order>
{
    public async Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        await response.WriteAndFinishAsync($"{input.Quantity} of {input.Item}\n", cancellationToken);
}
#endregion
