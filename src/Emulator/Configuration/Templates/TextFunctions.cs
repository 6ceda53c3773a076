using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>The functions that make text of text.</summary>
internal sealed partial class TextFunctions(Evaluator evaluator)
{
    /// <summary><c>Fn::Sub</c>: a text with <c>${Name}</c> and <c>${Name.Attribute}</c> in it, and perhaps values for some of the names.</summary>
    public TemplateNode Sub(TemplateNode argument)
    {
        MapNode? own = null;
        TemplateNode format = argument;
        if (argument is not TextNode)
        {
            IReadOnlyList<TemplateNode> arguments = Evaluator.Arguments(argument, "Fn::Sub", 2, 2);
            format = arguments[0];
            own = arguments[1] as MapNode ?? throw arguments[1].Position.Error("Fn::Sub takes a mapping of names here.");
        }

        string text = evaluator.Literal(format, "Fn::Sub");
        var result = new StringBuilder();
        int end = 0;
        foreach (Match variable in Variable().Matches(text))
        {
            result.Append(text, end, variable.Index - end);
            end = variable.Index + variable.Length;
            string name = variable.Groups[1].Value.Trim();
            if (name.StartsWith('!'))
            {
                result.Append("${").Append(name, 1, name.Length - 1).Append('}');
                continue;
            }
            switch (ValueOf(name, own, format.Position))
            {
                case TextNode value:
                    evaluator.Spend(format.Position, value.Value.Length);
                    result.Append(value.Value);
                    break;
                case UnknownNode unknown:
                    return unknown;
                default:
                    throw format.Position.Error($"${{{name}}} in Fn::Sub has no text as its value. Name another one.");
            }
        }
        return Made(format.Position, result.Append(text, end, text.Length - end).ToString());
    }

    /// <summary><c>Fn::Join</c>: the items of a list, with a text between them.</summary>
    public TemplateNode Join(TemplateNode argument)
    {
        IReadOnlyList<TemplateNode> arguments = Evaluator.Arguments(argument, "Fn::Join", 2, 2);
        string separator = evaluator.Literal(arguments[0], "Fn::Join");
        IReadOnlyList<TemplateNode> items = evaluator.Items(arguments[1], "Fn::Join", out UnknownNode? unknown);
        if (unknown is not null)
            return unknown;
        var texts = new List<string>(items.Count);
        foreach (TemplateNode item in items)
        {
            texts.Add((item as TextNode)?.Value ?? throw item.Position.Error("Fn::Join takes a list of texts."));
            evaluator.Spend(item.Position, texts[^1].Length + separator.Length);
        }
        return Made(argument.Position, string.Join(separator, texts));
    }

    /// <summary><c>Fn::Split</c>: a text as a list.</summary>
    public TemplateNode Split(TemplateNode argument)
    {
        IReadOnlyList<TemplateNode> arguments = Evaluator.Arguments(argument, "Fn::Split", 2, 2);
        string separator = evaluator.Literal(arguments[0], "Fn::Split");
        if (separator.Length == 0)
            throw arguments[0].Position.Error("Fn::Split takes a separator of at least one character.");
        return evaluator.Text(arguments[1]) is TextNode text
            ? new ListNode(argument.Position, [.. text.Value.Split(separator).Select(part => Made(argument.Position, part))])
            : evaluator.Text(arguments[1]);
    }

    /// <summary><c>Fn::Select</c>: one item of a list, counted from 0.</summary>
    public TemplateNode Select(TemplateNode argument)
    {
        IReadOnlyList<TemplateNode> arguments = Evaluator.Arguments(argument, "Fn::Select", 2, 2);
        if (evaluator.Text(arguments[0]) is not TextNode index)
            return evaluator.Text(arguments[0]);
        if (evaluator.Reduce(arguments[1]) is UnknownNode unknownList)
            return unknownList;
        // The items that are not chosen may be unknown.
        IReadOnlyList<TemplateNode> items = evaluator.Items(arguments[1], "Fn::Select", out _);
        return int.TryParse(index.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < items.Count
            ? items[number]
            : throw index.Position.Error($"Fn::Select takes a number from 0 to {items.Count - 1} here, not '{index.Value}'.");
    }

    /// <summary><c>Fn::Base64</c>.</summary>
    public TemplateNode Base64(TemplateNode argument) => evaluator.Text(argument) switch
    {
        TextNode text => Made(argument.Position, Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Value))),
        var unknown => unknown,
    };

    private TemplateNode? ValueOf(string name, MapNode? own, Position at) =>
        own?.Find(name) is { } value ? evaluator.Text(value)
            : name.Split('.', 2) is [var resource, var attribute] ? evaluator.GetAtt(resource, attribute, at)
            : evaluator.Ref(name, at);

    private TextNode Made(Position at, string text)
    {
        evaluator.Spend(at, text.Length);
        return new TextNode(at, text);
    }

    [GeneratedRegex(@"\$\{([^{}]+)\}")]
    private static partial Regex Variable();
}
