namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>A template's <c>Mappings</c>, and <c>Fn::FindInMap</c>.</summary>
internal sealed class Mappings(MapNode? declared, Evaluator evaluator)
{
    /// <summary>What stands under three names; else the default that the call gives.</summary>
    public TemplateNode? Find(TemplateNode argument)
    {
        IReadOnlyList<TemplateNode> arguments = Evaluator.Arguments(argument, "Fn::FindInMap", 3, 4);
        var path = new List<string>();
        foreach (TemplateNode key in arguments.Take(3))
        {
            switch (evaluator.Text(key))
            {
                case TextNode text:
                    path.Add(text.Value);
                    break;
                case var unknown:
                    return unknown;
            }
        }

        if (declared?.FindMap(path[0])?.FindMap(path[1])?.Find(path[2]) is { } found)
            return found;
        return arguments is [_, _, _, MapNode options] && options.Find("DefaultValue") is { } fallback
            ? evaluator.Reduce(fallback)
            : throw argument.Position.Error($"Mappings has no {string.Join(" / ", path)}. Add it, or choose another key.");
    }
}
