using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>An error as a runtime reports it: a type in a header, JSON in the body, both optional.</summary>
internal static class ErrorReport
{
    /// <summary>Header, or trailer, with the type.</summary>
    public const string TypeHeader = "Lambda-Runtime-Function-Error-Type";

    /// <summary>Trailer with the body, base64.</summary>
    public const string BodyTrailer = "Lambda-Runtime-Function-Error-Body";

    private const string UnknownType = "Runtime.Unknown";

    /// <summary>The outcome of an invocation that ended with this error. The body is passed on as it came.</summary>
    public static InvocationOutcome Read(string type, ReadOnlyMemory<byte> body) =>
        new(type.Length > 0 ? type : StrictJson.ReadOrNull(body, TypeIn) ?? UnknownType, body);

    /// <summary>The same from trailers. A body that is not base64 is passed on as text.</summary>
    public static InvocationOutcome ReadTrailers(string type, string body)
    {
        byte[] decoded = new byte[body.Length];
        return Read(type, Convert.TryFromBase64String(body, decoded, out int length) ? decoded.AsMemory(0, length) : Encoding.UTF8.GetBytes(body));
    }

    private static string? TypeIn(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("errorType", out JsonElement type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : null;
}
