using System.Text.Json.Serialization;

namespace StreamingLambda.Handlers;

/// <summary>The JSON body that <see cref="ConditionalStreamingHandler"/> takes.</summary>
internal sealed record ConditionalStreamingBody(string? Scenario);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ConditionalStreamingBody))]
internal sealed partial class ConditionalStreamingJson : JsonSerializerContext;
