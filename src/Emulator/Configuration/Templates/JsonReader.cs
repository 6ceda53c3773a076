using System.Text.Json;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>A template in JSON. YAML's parser would do but for tabs and escaped surrogates.</summary>
internal ref struct JsonReader
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private long _countedTo;
    private int _line = 1;

    private JsonReader(string file, ReadOnlySpan<byte> json)
    {
        _file = file;
        _json = json;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = TemplateNode.MaxHeight });
    }

    /// <summary>The document.</summary>
    /// <exception cref="ConfigurationException">It is not JSON, or too deep.</exception>
    public static TemplateNode Read(string file, ReadOnlySpan<byte> json)
    {
        var reader = new JsonReader(file, json);
        try
        {
            reader._reader.Read();
            TemplateNode node = reader.ReadValue();
            reader._reader.Read();
            return node;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not UTF-8, or half of a surrogate pair.
            int line = exception is JsonException { LineNumber: { } zeroBased } ? (int)zeroBased + 1 : reader._line;
            string reason = exception.Message.Split(" LineNumber:")[0].ReplaceLineEndings(" ").TrimEnd('.');
            throw new Position(file, line).Error(
                $"this is not JSON that can be read: {reason}. Correct it, or name another file with --template PATH.");
        }
    }

    private TemplateNode ReadValue()
    {
        Position position = Here();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var entries = new List<(string, Position, TemplateNode)>();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
                {
                    Position at = Here();
                    string key = _reader.GetString()!;
                    _reader.Read();
                    entries.Add((key, at, ReadValue()));
                }
                return new MapNode(position, entries);
            case JsonTokenType.StartArray:
                var items = new List<TemplateNode>();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue());
                return new ListNode(position, items);
            case JsonTokenType.String:
                return new TextNode(position, _reader.GetString()!);
            case JsonTokenType.Null:
                return new NullNode(position);
            default:
                return new TextNode(position, System.Text.Encoding.UTF8.GetString(_reader.ValueSpan));
        }
    }

    private Position Here()
    {
        _line += _json[(int)_countedTo..(int)_reader.TokenStartIndex].Count((byte)'\n');
        _countedTo = _reader.TokenStartIndex;
        return new Position(_file, _line);
    }
}
