using System.Text.Json.Serialization;

namespace StreamingLambda.Handlers.Tests.Docs;

#region order-type
internal sealed record Order(string Item, int Quantity);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(IAsyncEnumerable<Order>))]
internal sealed partial class OrderJson : JsonSerializerContext;
#endregion
