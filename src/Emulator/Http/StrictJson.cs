using System.Text.Json;
using System.Text.Unicode;

namespace StreamingLambda.Emulator.Http;

/// <summary>
/// Reads JSON that a function or a client wrote. What comes out is text throughout: .NET's own reader finds half of
/// a surrogate pair, or bytes that are not UTF-8, only when somebody asks for that string, and then throws.
/// </summary>
internal static class StrictJson
{
    /// <summary>
    /// .NET's own bound is 64, which people do reach. Without any, a document of nothing but brackets takes time by the square of its depth.
    /// </summary>
    private const int MaxDepth = 10_000;

    /// <summary>Writes what was read, as readable and as deep as it was.</summary>
    public static readonly JsonWriterOptions Writing = JsonStyle.Readable with { MaxDepth = MaxDepth };

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is not JSON, or not text; the message says what is wrong with it.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            RequireText(json.Span);
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException exception)
        {
            throw new FormatException($"it is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Reads what may as well be missing: null where there is nothing usable.</summary>
    /// <param name="json">The text as it came.</param>
    /// <param name="read">Takes it out of the root. Must not keep the element.</param>
    public static T? ReadOrNull<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = Parse(json);
            return read(document.RootElement);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Why a caller's event is not JSON, null when it is. Any depth will do, and half of a surrogate pair is the function's business.
    /// </summary>
    public static string? WhyNot(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return "it is not UTF-8";
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                // The reader throws where it is not.
            }
            return null;
        }
        catch (JsonException exception)
        {
            return exception.Message;
        }
    }

    private static void RequireText(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(reader))
            {
                throw new FormatException(
                    $"it has text that is not Unicode at byte {reader.TokenStartIndex}: half of a surrogate pair (\\ud800), "
                        + "or bytes that are not UTF-8");
            }
        }
    }

    private static bool IsText(in Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return Utf8.IsValid(reader.ValueSpan);
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
