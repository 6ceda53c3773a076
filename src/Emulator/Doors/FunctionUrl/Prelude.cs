using System.Globalization;
using System.Text.Json;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>Status, headers and cookies of an HTTP response, from a prelude or from the envelope of a buffered response.</summary>
internal sealed record Prelude
{
    /// <summary>Content type that announces a prelude.</summary>
    public const string ContentType = "application/vnd.awslambda.http-integration-response";

    /// <summary>200 to 599: an interim response (1xx) is never the last one.</summary>
    public int StatusCode { get; private init; } = StatusCodes.Status200OK;

    /// <summary>The member <c>headers</c>, in its order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    /// <summary>The member <c>multiValueHeaders</c>, in its order, a pair for each value: for REST APIs.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> MultiValueHeaders { get; private init; } = [];

    /// <summary>Values for <c>Set-Cookie</c>.</summary>
    public IReadOnlyList<string> Cookies { get; private init; } = [];

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is not one; the message says what is wrong with it.</exception>
    public static Prelude Parse(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = StrictJson.Parse(json);
        return Read(document.RootElement);
    }

    /// <summary>Reads one out of an object that may have other members.</summary>
    /// <exception cref="FormatException">It is not one; the message says what is wrong with it.</exception>
    public static Prelude Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException($"it is a JSON {root.ValueKind}, not an object");

        int status = StatusCodes.Status200OK;
        if (root.TryGetProperty("statusCode", out JsonElement statusCode) && !TryReadStatus(statusCode, out status))
            throw new FormatException($"statusCode is {statusCode.GetRawText()}, not a number from 200 to 599");

        return new Prelude
        {
            StatusCode = status,
            Headers = [.. Members(root, "headers").Select(header => Header(header.Name, Text(header.Value, header.Name)))],
            MultiValueHeaders = [.. Members(root, "multiValueHeaders")
                .SelectMany(header => Texts(header.Value, header.Name).Select(value => Header(header.Name, value)))],
            Cookies = root.TryGetProperty("cookies", out JsonElement cookies)
                ? [.. Texts(cookies, "cookies").Select(cookie => Header("Set-Cookie", cookie).Value)]
                : [],
        };
    }

    private static KeyValuePair<string, string> Header(string name, string value) =>
        !HeaderText.IsName(name) ? throw new FormatException($"'{name}' is not a name for a header")
        : !HeaderText.IsValue(value) ? throw new FormatException($"the value of {name} has a control character, which HTTP does not allow")
        : new KeyValuePair<string, string>(name, value);

    private static bool TryReadStatus(JsonElement element, out int status)
    {
        status = 0;
        return (element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetInt32(out status),
            // .NET's parser takes "200\0" for a number as well.
            JsonValueKind.String => element.GetString()!.All(char.IsAsciiDigit)
                && int.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out status),
            _ => false,
        }) && status is >= 200 and <= 599;
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement element) || element.ValueKind == JsonValueKind.Null)
            return default;
        return element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw new FormatException($"{name} is a JSON {element.ValueKind}, not an object of strings");
    }

    private static IEnumerable<string> Texts(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Select(item => Text(item, name)),
        JsonValueKind.Null => [],
        _ => throw new FormatException($"{name} is a JSON {element.ValueKind}, not an array of strings"),
    };

    private static string Text(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        _ => throw new FormatException($"the value of {name} is a JSON {element.ValueKind}, not a string"),
    };
}
