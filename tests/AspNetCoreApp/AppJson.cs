using System.Text.Json.Serialization;

namespace StreamingLambda.AspNetCoreApp;

public sealed record Item(int Id, string Name);

[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(IAsyncEnumerable<Item>))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class AppJson : JsonSerializerContext;
