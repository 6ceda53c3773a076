using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingLambda.Formats.Tests;

internal sealed record Row(int Id, string Name)
{
    /// <summary>Has no JSON when it is infinite.</summary>
    public double Weight { get; init; }
}

internal sealed record Order
{
    public required string Item { get; init; }

    public required int Quantity { get; init; }

    public IReadOnlyList<Line> Lines { get; init; } = [];

    [JsonConverter(typeof(CurrencyConverter))]
    public string? Currency { get; init; }

}

internal sealed record Line(int Count);

/// <summary>Any JSON object fits it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record Note
{
    public string? Version { get; init; }
}

/// <summary>JSON that somebody keeps as text, line breaks and all.</summary>
[JsonConverter(typeof(RawConverter))]
internal sealed record Raw(string Json);

internal sealed class RawConverter : JsonConverter<Raw>
{
    public override Raw Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, Raw value, JsonSerializerOptions options) => writer.WriteRawValue(value.Json);
}

/// <summary>A converter of the user's, with a message of the user's.</summary>
internal sealed class CurrencyConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { Length: 3 } code ? code : throw new JsonException("A currency has three letters.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Row))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(Raw))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class TestJson : JsonSerializerContext;
