using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>YAML as CloudFormation and SAM read it: short forms of functions, anchors and aliases, merges (<c>&lt;&lt;</c>).</summary>
internal sealed class YamlReader
{
    /// <summary>Far beyond CloudFormation's limits, and little memory: what merges repeat counts each time.</summary>
    private const int MaxNodes = 250_000;

    private const string MergeKey = "<<";

    private readonly string _file;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, TemplateNode?> _anchors = [];
    private int _nodes;

    private YamlReader(string file, TextReader text)
    {
        _file = file;
        _parser = new Parser(text);
    }

    /// <summary>The first document; null when the file is empty.</summary>
    /// <exception cref="ConfigurationException">It is not YAML, or too large.</exception>
    public static TemplateNode? Read(string file, TextReader text)
    {
        var reader = new YamlReader(file, text);
        while (reader.Next() is { } next)
        {
            if (next is NodeEvent)
                return reader.ReadNode(next, 1);
        }
        return null;
    }

    private ParsingEvent? Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (YamlException exception)
        {
            throw NotYaml(exception.Start.Line, exception.Message);
        }
        catch (Exception exception)
        {
            // The scanner fails on some malformed input with whatever its own code ran into, an index out of range for example.
            throw NotYaml(_parser.Current?.End.Line ?? 1, exception.Message);
        }
    }

    private ConfigurationException NotYaml(long line, string reason) =>
        new Position(_file, (int)line).Error(
            $"this is not YAML that can be read: {reason.ReplaceLineEndings(" ").TrimEnd('.')}. Correct it, or name another file with --template "
                + "PATH.");

    private TemplateNode ReadNode(ParsingEvent start, int depth)
    {
        Position position = At(start);
        if (depth > TemplateNode.MaxHeight)
            throw TooDeep(position);
        if (start is AnchorAlias alias)
            return Resolve(alias, position);
        // The parser lets some malformed mappings end where a value should be.
        if (start is not NodeEvent { Anchor: var anchor, Tag: var tag })
            throw position.Error("a value is missing here, or something is not closed. Correct it, or name another file with --template PATH.");

        if (!anchor.IsEmpty)
            _anchors[anchor] = null;
        TemplateNode node = start switch
        {
            Scalar { Style: ScalarStyle.Plain, Tag.IsEmpty: true, Value: "" or "~" or "null" or "Null" or "NULL" } => new NullNode(position),
            Scalar scalar => new TextNode(position, scalar.Value),
            SequenceStart => ReadList(position, depth),
            _ => ReadMap(position, depth),
        };
        Count(position, 1);
        if (LongForm(tag) is { } function)
            node = new MapNode(position, [(function, position, node)]);
        if (node.Height > TemplateNode.MaxHeight)
            throw TooDeep(position);
        if (!anchor.IsEmpty)
            _anchors[anchor] = node;
        return node;
    }

    private TemplateNode Resolve(AnchorAlias alias, Position position) =>
        !_anchors.TryGetValue(alias.Value, out TemplateNode? node)
            ? throw position.Error($"there is no anchor &{alias.Value} before the alias *{alias.Value}. Define it above.")
            : node ?? throw position.Error($"the alias *{alias.Value} is inside of what it stands for. Name something else.");

    private ListNode ReadList(Position position, int depth)
    {
        var items = new List<TemplateNode>();
        while (Following(position) is var next and not SequenceEnd)
            items.Add(ReadNode(next, depth + 1));
        return new ListNode(position, items);
    }

    private MapNode ReadMap(Position position, int depth)
    {
        var entries = new List<(string, Position, TemplateNode)>();
        var merged = new List<TemplateNode>();
        while (Following(position) is var next and not MappingEnd)
        {
            Position at = At(next);
            string? key = next switch
            {
                Scalar scalar => scalar.Value,
                AnchorAlias alias => (Resolve(alias, at) as TextNode)?.Value,
                _ => null,
            };
            if (key is null)
                throw at.Error("a key has to be text. Write it as one word, or in quotes.");
            if (next is Scalar { Anchor.IsEmpty: false } anchored)
                _anchors[anchored.Anchor] = new TextNode(at, key);
            TemplateNode value = ReadNode(Following(at), depth + 1);
            if (key == MergeKey && next is Scalar { Style: ScalarStyle.Plain })
                merged.Add(value);
            else
                entries.Add((key, at, value));
        }

        // A mapping's own keys come before those that it takes over, and of these the first one counts.
        var known = entries.Select(entry => entry.Item1).ToHashSet(StringComparer.Ordinal);
        foreach (MapNode source in merged.SelectMany(Sources))
        {
            Count(source.Position, source.Count);
            foreach (string key in source.Keys.Where(known.Add))
                entries.Add((key, source.Position, source.Find(key)!));
        }
        return new MapNode(position, entries);
    }

    private static IEnumerable<MapNode> Sources(TemplateNode merged) => merged switch
    {
        MapNode map => [map],
        ListNode list => list.Items.SelectMany(Sources),
        _ => throw merged.Position.Error("only a mapping can be merged with <<. Name one that is defined with an anchor."),
    };

    private ParsingEvent Following(Position position) =>
        Next() ?? throw position.Error("the file ends in the middle of what begins here. Complete it.");

    private void Count(Position position, int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
            throw position.Error($"the template has more than {MaxNodes:N0} values. Split it, or merge less.");
    }

    private static ConfigurationException TooDeep(Position position) =>
        position.Error($"the template has more than {TemplateNode.MaxHeight} levels here. Write it flatter.");

    private Position At(ParsingEvent next) => new(_file, (int)next.Start.Line);

    // !Ref and !Condition stand for keys of that name, all others for functions. Tags like !!str only say what a scalar is anyhow.
    private static string? LongForm(TagName tag) =>
        tag.IsEmpty || tag.IsNonSpecific || !tag.Value.StartsWith('!') || tag.Value.Length == 1 ? null
            : tag.Value is "!Ref" or "!Condition" ? tag.Value[1..]
            : $"Fn::{tag.Value[1..]}";
}
