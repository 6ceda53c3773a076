namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>The values of a template's parameters (the command line's, else the default) and of the pseudo parameters.</summary>
internal sealed class Parameters
{
    private readonly MapNode? _declared;
    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly Dictionary<string, string> _pseudo;

    public Parameters(MapNode root, IReadOnlyDictionary<string, string> given, Account account)
    {
        _declared = root.FindMap("Parameters");
        _given = given;
        _pseudo = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS::Region"] = account.Region,
            ["AWS::AccountId"] = account.Id,
            ["AWS::Partition"] = "aws",
            ["AWS::URLSuffix"] = "amazonaws.com",
            ["AWS::StackName"] = "local",
        };
        foreach ((string name, string value) in given)
            Check(root.Position, name, value);
    }

    /// <summary>The value of a parameter; null when there is no parameter of that name.</summary>
    public TemplateNode? Find(string name, Position at)
    {
        if (_pseudo.TryGetValue(name, out string? pseudo))
            return new TextNode(at, pseudo);
        if (_declared?.Find(name) is not { } declaration)
            return null;

        var fields = declaration as MapNode ?? throw declaration.Position.Error($"the parameter {name} has to be a mapping with a Type.");
        string type = (fields.Find("Type") as TextNode)?.Value ?? "String";
        string? value = _given.GetValueOrDefault(name);
        if (value is null)
        {
            // Such a default is the name of an entry in the Parameter Store.
            if (type.StartsWith("AWS::SSM::", StringComparison.Ordinal))
                return new UnknownNode(
                    at, $"the value of the parameter {name} is in an account's Parameter Store; give it with --parameter {name}=VALUE");
            value = (fields.Find("Default") as TextNode)?.Value;
        }
        if (value is null)
            return new UnknownNode(at, $"the parameter {name} has no default; give its value with --parameter {name}=VALUE");
        return type == "CommaDelimitedList" || type.StartsWith("List<", StringComparison.Ordinal)
            ? new ListNode(at, [.. value.Split(',').Select(item => new TextNode(at, item.Trim()))])
            : new TextNode(at, value);
    }

    private void Check(Position template, string name, string value)
    {
        if (_declared?.Find(name) is not MapNode fields)
        {
            string names = _declared is { Count: > 0 } ? $"It has: {string.Join(", ", _declared.Keys)}" : "It has none";
            throw new ConfigurationException($"--parameter {name}: {template.File} has no parameter of that name. {names}.");
        }
        if (fields.Find("AllowedValues") is ListNode allowed && !allowed.Items.OfType<TextNode>().Any(item => item.Value == value))
            throw allowed.Position.Error(
                $"the parameter {name} may not be '{value}', as --parameter has it. Give one of: "
                    + $"{string.Join(", ", allowed.Items.OfType<TextNode>().Select(item => item.Value))}.");
    }
}
