using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamingLambda.Runtime.Events;

/// <summary>A JSON value where it stands in the event's bytes. It is read when somebody asks for it, so that an odd member does no harm to whoever
/// does not need it.</summary>
/// <remarks>A member that is not there is a null. Text that is no Unicode, such as half of a surrogate pair, is read as U+FFFD.</remarks>
internal sealed class EventValue
{
    /// <summary>Nothing here calls itself for each level, so no depth is too deep.</summary>
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };
    private static readonly byte[] NullLiteral = "null"u8.ToArray();

    private readonly ReadOnlyMemory<byte> _json;
    private readonly EventValue? _parent;
    private readonly string _name;
    private Dictionary<string, EventValue>? _members;
    private string? _text;

    private EventValue(EventValue? parent, string name, ReadOnlyMemory<byte> json) => (_parent, _name, _json) = (parent, name, json);

    /// <summary>Finds the members of an event.</summary>
    /// <returns>The event, null if it is not a JSON object.</returns>
    public static EventValue? Find(ReadOnlyMemory<byte> eventJson)
    {
        eventJson = WithoutByteOrderMark(eventJson).TrimStart(" \t\r\n"u8);
        // Most events of other kinds that are no objects are told apart here, without the cost of an exception.
        if (!eventJson.Span.StartsWith("{"u8))
            return null;
        try
        {
            // The reader goes over every byte of the event: what it finds no fault with is well-formed, and so is every part of it.
            var value = new EventValue(null, "", eventJson);
            value._members = value.ReadMembers(StringComparer.Ordinal);
            return value;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>JSON without the byte order mark that some editors put before it.</summary>
    public static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) => json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    public bool IsNull => _json.Span[0] == 'n';

    public bool IsObject => _json.Span[0] == '{';

    public bool IsList => _json.Span[0] == '[';

    public bool IsText => _json.Span[0] == '"';

    /// <summary>A member of this object. A null has none.</summary>
    /// <exception cref="FormatException">This is neither an object nor null.</exception>
    public EventValue this[string name]
    {
        get
        {
            _members ??= ReadMembers(StringComparer.Ordinal);
            return _members.GetValueOrDefault(name) ?? new EventValue(this, name, NullLiteral);
        }
    }

    /// <summary>The members of this object by their names; of two with the same name the last counts.</summary>
    /// <exception cref="FormatException">This is neither an object nor null.</exception>
    public Dictionary<string, EventValue> ReadMembers(StringComparer comparer)
    {
        var members = new Dictionary<string, EventValue>(comparer);
        if (IsNull)
            return members;
        var reader = new Utf8JsonReader(_json.Span, AnyDepth);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Unfit("an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = Decode(reader.ValueSpan);
            reader.Read();
            members[name] = ReadValue(ref reader, name);
        }
        // Nothing may follow but white space.
        reader.Read();
        return members;
    }

    /// <summary>The elements of this list; none if it is null.</summary>
    /// <exception cref="FormatException">This is neither a list nor null.</exception>
    public List<EventValue> ReadElements()
    {
        var elements = new List<EventValue>();
        if (IsNull)
            return elements;
        var reader = new Utf8JsonReader(_json.Span, AnyDepth);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Unfit("a list");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            elements.Add(ReadValue(ref reader, elements.Count.ToString(CultureInfo.InvariantCulture)));
        return elements;
    }

    /// <summary>The texts of this list, nulls left out; none if it is null.</summary>
    /// <exception cref="FormatException">This is neither a list nor null, or one of its elements neither text nor null.</exception>
    public List<string> ReadTextList()
    {
        var texts = new List<string>();
        foreach (EventValue element in ReadElements())
        {
            if (element.ReadText() is { } text)
                texts.Add(text);
        }
        return texts;
    }

    /// <summary>Text, null if this is null.</summary>
    /// <exception cref="FormatException">This is neither text nor null.</exception>
    public string? ReadText()
    {
        if (IsNull)
            return null;
        return _text ??= IsText ? Decode(_json.Span[1..^1]) : throw Unfit("text");
    }

    /// <summary>Text values by their names, nulls left out.</summary>
    /// <exception cref="FormatException">This is neither an object nor null, or one of its members neither text nor null.</exception>
    public Dictionary<string, string> ReadTexts(StringComparer comparer)
    {
        var texts = new Dictionary<string, string>(comparer);
        foreach ((string name, EventValue value) in ReadMembers(comparer))
        {
            if (value.ReadText() is { } text)
                texts.Add(name, text);
        }
        return texts;
    }

    /// <summary>A truth value, false if this is null.</summary>
    /// <exception cref="FormatException">This is something else.</exception>
    public bool ReadBoolean() => (char)_json.Span[0] switch
    {
        't' => true,
        'f' or 'n' => false,
        _ => throw Unfit("true or false"),
    };

    /// <summary>A number without its fraction, 0 if this is null.</summary>
    /// <exception cref="FormatException">This is neither a number nor null, or is beyond 64 bits.</exception>
    public long ReadInteger()
    {
        if (IsNull)
            return 0;
        if (Utf8Parser.TryParse(_json.Span, out long number, out int length) && length == _json.Length)
            return number;
        if (Utf8Parser.TryParse(_json.Span, out double real, out length) && length == _json.Length && Math.Abs(real) < long.MaxValue)
            return (long)real;
        throw Unfit("a number of at most 64 bits");
    }

    /// <summary>A time given in milliseconds since 1970.</summary>
    /// <exception cref="FormatException">This is neither a number nor null, or no time between the years 1 and 9999.</exception>
    public DateTimeOffset ReadTime()
    {
        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(ReadInteger());
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Unfit("a time between the years 1 and 9999");
        }
    }

    /// <summary>Any value, null if this is null.</summary>
    public JsonElement? ReadElement()
    {
        if (IsNull)
            return null;
        var reader = new Utf8JsonReader(_json.Span, AnyDepth);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Text in UTF-8, empty if this is null: the event's own memory where nothing in it is escaped, one new piece otherwise.</summary>
    /// <exception cref="FormatException">This is neither text nor null.</exception>
    public ReadOnlyMemory<byte> ReadUtf8()
    {
        if (IsNull)
            return default;
        ReadOnlyMemory<byte> escaped = IsText ? _json[1..^1] : throw Unfit("text");
        if (!escaped.Span.Contains((byte)'\\'))
            return escaped;
        byte[] text = new byte[escaped.Length];
        return text.AsMemory(0, Unescape(escaped.Span, text));
    }

    /// <summary>The bytes that text has in base64, none if this is null.</summary>
    /// <exception cref="FormatException">This is neither text nor null, or not base64.</exception>
    public ReadOnlyMemory<byte> ReadBase64()
    {
        ReadOnlyMemory<byte> text = ReadUtf8();
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text.Span, bytes, out _, out int length) != OperationStatus.Done)
            throw new FormatException("The event says that its body is base64 (isBase64Encoded), but it is not.");
        return bytes.AsMemory(0, length);
    }

    private EventValue ReadValue(ref Utf8JsonReader reader, string name)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new EventValue(this, name, _json[start..(int)reader.BytesConsumed]);
    }

    private FormatException Unfit(string expected)
    {
        string actual = (char)_json.Span[0] switch
        {
            '{' => "an object",
            '[' => "a list",
            '"' => "text",
            't' or 'f' => "true or false",
            _ => "a number",
        };
        return new FormatException($"The event has {actual} in '{Path}', where AWS has {expected}. Correct what makes such events.");
    }

    private string Path => _parent is null or { _parent: null } ? _name : $"{_parent.Path}.{_name}";

    private static string Decode(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(escaped);
        byte[] text = new byte[escaped.Length];
        return Encoding.UTF8.GetString(text, 0, Unescape(escaped, text));
    }

    /// <summary>Writes a JSON string's content without its escapes. The framework's reader can do that too, but throws at half of a surrogate
    /// pair.</summary>
    /// <returns>The number of bytes, at most as many as before.</returns>
    private static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> text)
    {
        int length = 0;
        while (escaped.IndexOf((byte)'\\') is >= 0 and int plain)
        {
            escaped[..plain].CopyTo(text[length..]);
            length += plain;
            char kind = (char)escaped[plain + 1];
            escaped = escaped[(plain + 2)..];
            if (kind == 'u')
                length += ReadRune(ref escaped).EncodeToUtf8(text[length..]);
            else
                text[length++] = (byte)(kind switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => kind });
        }
        escaped.CopyTo(text[length..]);
        return length + escaped.Length;
    }

    /// <summary>Reads the digits that follow <c>\u</c>, and the second half of a surrogate pair where there is one.</summary>
    private static Rune ReadRune(ref ReadOnlySpan<byte> escaped)
    {
        char first = ReadDigits(escaped);
        escaped = escaped[4..];
        if (Rune.TryCreate(first, out Rune rune))
            return rune;
        if (!escaped.StartsWith("\\u"u8) || !Rune.TryCreate(first, ReadDigits(escaped[2..]), out rune))
            return Rune.ReplacementChar;
        escaped = escaped[6..];
        return rune;
    }

    private static char ReadDigits(ReadOnlySpan<byte> escaped)
    {
        bool isHex = Utf8Parser.TryParse(escaped[..4], out ushort unit, out _, 'x');
        Debug.Assert(isHex, "The reader has checked the digits.");
        return (char)unit;
    }
}
