using System.Globalization;
using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Configuration.Apis;

/// <summary>Reads the members of an API's mappings: a wrong value is an error with its line, one that cannot be known an exception with its
/// reason.</summary>
internal sealed class ApiValues(Evaluator evaluator)
{
    /// <summary>A member, or a member of one; null when it is not there.</summary>
    /// <exception cref="UnknownValueException">It cannot be known here.</exception>
    public TemplateNode? Find(MapNode map, params string[] path) => evaluator.Find(map, path) switch
    {
        UnknownNode unknown => throw new UnknownValueException($"its {string.Join('.', path)} cannot be known here: {unknown.Reason}"),
        NullNode => null,
        var known => known,
    };

    /// <summary>Text; null when it is not there.</summary>
    public string? Text(MapNode map, params string[] path) => Find(map, path) switch
    {
        null => null,
        TextNode text => text.Value,
        var other => throw other.Position.Error($"{string.Join('.', path)} has to be text. Write a value, or leave the key out."),
    };

    /// <summary>Text that has to be there.</summary>
    public string Required(MapNode map, params string[] path) =>
        Text(map, path) ?? throw map.Position.Error($"there is no {string.Join('.', path)} here, and AWS asks for one. Add it.");

    /// <summary>Text that is one of a few; null when it is not there.</summary>
    public string? Choice(MapNode map, string[] allowed, params string[] path)
    {
        if (Text(map, path) is not { } text)
            return null;
        return allowed.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw Find(map, path)!.Position.Error(
                $"{string.Join('.', path)} is '{text}'. It is one of {string.Join(", ", allowed)}; correct it.");
    }

    /// <summary>True or false; null when it is not there.</summary>
    public bool? Flag(MapNode map, params string[] path) => Choice(map, ["true", "false"], path) is { } text ? text == "true" : null;

    /// <summary>A time in milliseconds; null when it is not there.</summary>
    public TimeSpan? Milliseconds(MapNode map, int least, int most, params string[] path)
    {
        if (Text(map, path) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? TimeSpan.FromMilliseconds(number)
            : throw Find(map, path)!.Position.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join('.', path)} is '{text}', not a number of milliseconds from {least} to {most}. Correct it."));
    }

    /// <summary>Texts; none when the list is not there.</summary>
    public IReadOnlyList<string> Texts(MapNode map, params string[] path)
    {
        switch (Find(map, path))
        {
            case null:
                return [];
            case TextNode one:
                return [one.Value];
            case ListNode list:
                return [.. list.Items.Select(item => evaluator.Text(item)).Select(item => item is TextNode text
                    ? text.Value
                    : throw new UnknownValueException(((UnknownNode)item).Reason))];
            case var other:
                throw other.Position.Error($"{string.Join('.', path)} has to be a list of texts. Write it so.");
        }
    }

    /// <summary>A member that is a mapping, or a mapping of mappings; null when it is not there.</summary>
    public MapNode? Map(MapNode map, params string[] path) => Find(map, path) switch
    {
        null => null,
        MapNode found => found,
        var other => throw other.Position.Error($"{string.Join('.', path)} has to be a mapping. Write it so."),
    };

    /// <summary>The members of a mapping that are known and not null, each evaluated.</summary>
    public IEnumerable<(string Key, TemplateNode Value)> Members(MapNode map)
    {
        foreach (string key in map.Keys)
        {
            if (Find(map, key) is { } value)
                yield return (key, value);
        }
    }

    /// <summary>The resource of the template that a member refers to, with !Ref or !GetAtt; null when it is not there or is something else.</summary>
    public string? Target(MapNode map, string key)
    {
        TemplateNode? node = map.Find(key);
        while (node is MapNode { Count: 1 } branch && branch.Find("Fn::If") is { } arguments)
            node = Chosen(arguments);
        if (node is MapNode { Count: 1 } call && call.Find("Ref") is TextNode { Value: var id })
            return evaluator.Reduce(call) is TextNode parameter ? parameter.Value : id;
        return (node as MapNode)?.Find("Fn::GetAtt") switch
        {
            TextNode { Value: var dotted } => dotted.Split('.')[0],
            ListNode { Items: [TextNode { Value: var name }, ..] } => name,
            _ => node is null ? null : Text(map, key),
        };
    }

    private TemplateNode Chosen(TemplateNode arguments)
    {
        IReadOnlyList<TemplateNode> branches = Evaluator.Arguments(arguments, "Fn::If", 3, 3);
        Truth truth = evaluator.Holds(evaluator.Literal(branches[0], "Fn::If"), branches[0].Position);
        return truth.Value is { } holds ? branches[holds ? 1 : 2] : throw new UnknownValueException(truth.Reason);
    }
}
