using System.Text.Json.Serialization;

namespace StreamingLambda.Formats.Tests;

[JsonSerializable(typeof(int[]))]
internal sealed partial class NumbersJson : JsonSerializerContext;
