using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>The page's JSON, written and read without reflection. What is null is left out.</summary>
[JsonSerializable(typeof(FunctionsJson))]
[JsonSerializable(typeof(InvocationListJson))]
[JsonSerializable(typeof(InvocationJson))]
[JsonSerializable(typeof(RemovedJson))]
[JsonSerializable(typeof(ChunksJson))]
[JsonSerializable(typeof(LogJson))]
[JsonSerializable(typeof(CallJson))]
[JsonSerializable(typeof(CalledJson))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>For everything that is written and read. It never stands inside HTML: letters of any language stay readable.</summary>
    public static ApiJson Instance { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
