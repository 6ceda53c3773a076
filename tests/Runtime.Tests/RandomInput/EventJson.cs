using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Any event, as the handlers of these tests read it.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class EventJson : JsonSerializerContext;
