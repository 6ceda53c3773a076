using System.Globalization;
using System.Text.Json;

namespace StreamingLambda.Formats;

/// <summary>What is wrong with an event and where, in the form of RFC 9457, with the place as members of our own.</summary>
/// <param name="What">What is wrong, without the names of our types, which are nothing to the caller.</param>
/// <param name="Path">The value's path, such as <c>$.items[2].price</c>; null if the trouble has no place.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Position">The byte in the line, counted from 1.</param>
internal sealed record EventProblem(string What, string? Path, long? Line, long? Position)
{
    /// <summary>What a caller wrote, such as a member's name, is part of what is said, and can be as long as a whole event.</summary>
    private const int MaxLength = 300;

    /// <summary>The problem in a sentence or two, place included.</summary>
    public string Detail => (Path, Line) switch
    {
        (null, _) => What,
        (_, null) => $"{What} At {Path}.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{What} At {Path}, line {Line}, byte {Position}."),
    };

    public static EventProblem From(JsonException exception)
    {
        string? path = exception.Path is null ? null : Shorten(exception.Path);
        return new(Shorten(Explain(exception)), path, exception.LineNumber + 1, exception.BytePositionInLine + 1);
    }

    public HttpProblem ToProblem() => new() { Detail = Detail, WriteMembers = WritePlace };

    private void WritePlace(Utf8JsonWriter json)
    {
        if (Path is not null)
            json.WriteString("path"u8, Path);
        if (Line is { } line)
            json.WriteNumber("line"u8, line);
        if (Position is { } position)
            json.WriteNumber("position"u8, position);
    }

    /// <summary>The serializer's messages, put so that they make sense to somebody who sees the JSON and not the type. Others, those of custom
    /// converters among them, stay as they are.</summary>
    public static string Explain(JsonException exception)
    {
        string message = exception.Message;
        if (exception.InnerException is JsonException syntax)
            return Before(syntax.Message, " LineNumber: ");
        if (Begins("The JSON value could not be converted to "))
            return exception.InnerException?.Message ?? "The JSON value has the wrong type.";
        if (After(message, " was missing required properties including: ") is { } names)
            return $"Required members are missing: {names}";
        if (Begins("The constructor parameter '") || Begins("The property or field '"))
            return "The value must not be null.";
        if (Begins("The JSON property '"))
            return "There is no such member.";
        if (Begins("Duplicate property '"))
            return "The member is there twice.";
        return Before(message, " Path: ");

        bool Begins(string text) => message.StartsWith(text, StringComparison.Ordinal);
    }

    private static string Shorten(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "… (shortened)";

    private static string Before(string text, string mark) =>
        text.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and int at ? text[..at] : text;

    private static string? After(string text, string mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and int at ? text[(at + mark.Length)..] : null;
}
