using System.Text.Json;

namespace StreamingLambda.Emulator.Http;

/// <summary>
/// Reads JSON that somebody else wrote: a function, its runtime, a caller. Such text may be anything. <see cref="JsonDocument"/> says so in two
/// ways: by a <see cref="JsonException"/> when it parses, and by an <see cref="InvalidOperationException"/> only when a text with half a
/// surrogate pair, or with bytes that are not UTF-8, is taken out of it. Here it is one.
/// </summary>
internal static class ForeignJson
{
    // Depth costs the parser a bit per level, not a stack frame.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = int.MaxValue };

    /// <summary>Parses, and takes out what is wanted.</summary>
    /// <param name="json">The text as it came.</param>
    /// <param name="read">Takes it out of the root. Must not keep the element.</param>
    /// <exception cref="FormatException">It is not JSON, or not what <paramref name="read"/> expects; the message says what is wrong.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"it is not JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException($"it is JSON of the wrong kind, or has a text that is not Unicode: {exception.Message}", exception);
        }
    }

    /// <summary>The same for what may as well be missing: null where there is nothing usable.</summary>
    public static T? ReadOrNull<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            return Read(json, read);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
