using System.Text.Json.Serialization;

namespace StreamingLambda.Runtime.Events;

/// <summary>Generated code that reads a function URL's event. Nothing else in the runtime uses <c>JsonSerializer</c>, so that trimming
/// leaves it out of a binary whose handlers do not.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FunctionUrlRequest))]
internal sealed partial class FunctionUrlJson : JsonSerializerContext;
