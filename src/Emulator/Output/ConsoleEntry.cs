using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Output;

/// <summary>One thing that the emulator says: lines for a person, one JSON object for a script.</summary>
/// <param name="Type">What it is about, one of <see cref="EntryTypes"/>.</param>
/// <param name="Text">What a person reads.</param>
internal sealed record ConsoleEntry(string Type, string Text)
{
    /// <summary>The function that it is about; null: none, or all.</summary>
    public string? Function { get; init; }

    /// <summary>What a script gets as the message, where that is not what a person reads.</summary>
    public string? Message { get; init; }

    /// <summary>Whether a person need not hear of it.</summary>
    public bool IsForScripts { get; init; }

    /// <summary>Whether a script has it already, as a member of another entry.</summary>
    public bool IsForPeople { get; init; }

    /// <summary>Writes the members that its type has besides; null: none.</summary>
    public Action<Utf8JsonWriter>? Members { get; init; }

    /// <summary>What a person reads, with the function's name before it.</summary>
    public string Line => Function is null ? Text : $"[{Function}] {Text}";

    /// <summary>The JSON object, on one line.</summary>
    public string ToJson(DateTimeOffset time)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("time", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("type", Type);
            if (Function is not null)
                json.WriteString("function", Function);
            Members?.Invoke(json);
            json.WriteString("message", Message ?? Text);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
