using System.Text.Json.Serialization;

namespace StreamingLambda.TypedFunction;

/// <summary>The workload of the event's body as the type that a handler of typed events would have: what such a function's first event costs more is
/// what the serializer's start costs.</summary>
internal sealed record Order([property: JsonPropertyName("workload")] string Name, int Count = 0, int Size = 0, long Bytes = 0, int Chunk = 0,
    int PerSecond = 0);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
