using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>An error as a runtime reports it: a type in a header, JSON in the body, both optional.</summary>
internal static class RuntimeError
{
    /// <summary>Header, or trailer, with the type.</summary>
    public const string TypeHeader = "Lambda-Runtime-Function-Error-Type";

    /// <summary>Trailer with the body, base64.</summary>
    public const string BodyTrailer = "Lambda-Runtime-Function-Error-Body";

    private const string UnknownType = "Runtime.Unknown";

    /// <summary>The outcome of an invocation that ended with this error. The body is passed on as it came.</summary>
    public static InvocationOutcome From(string type, ReadOnlyMemory<byte> body) =>
        new(type.Length > 0 ? type : TypeIn(body) ?? UnknownType, body);

    /// <summary>The same from trailers. A body that is not base64 is passed on as text.</summary>
    public static InvocationOutcome FromTrailers(string type, string body)
    {
        byte[] decoded = new byte[body.Length];
        return From(type, Convert.TryFromBase64String(body, decoded, out int length) ? decoded.AsMemory(0, length) : Encoding.UTF8.GetBytes(body));
    }

    private static string? TypeIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("errorType", out JsonElement type)
                && type.ValueKind == JsonValueKind.String
                    ? type.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
