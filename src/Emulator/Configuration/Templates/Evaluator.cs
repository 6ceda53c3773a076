// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>
/// Says what a value of a template is: parameters, conditions, mappings and the functions over them. One level at a time and only where it is asked,
/// so that the rest of a template is not judged. What a deployed stack alone knows is an <see cref="UnknownNode"/> with the reason.
/// </summary>
internal sealed class Evaluator
{
    /// <summary>Steps and characters that one template may cost: aliases and functions can ask for far more than a file holds.</summary>
    private const int MaxCost = 20_000_000;

    /// <summary>Functions inside of functions, and references to what is itself a reference.</summary>
    private const int MaxDepth = 200;

    private readonly Parameters _parameters;
    private readonly Conditions _conditions;
    private readonly Mappings _mappings;
    private readonly References _references;
    private readonly TextFunctions _text;
    private long _cost;
    private int _depth;

    public Evaluator(MapNode root, IReadOnlyDictionary<string, string> parameters, Account account)
    {
        _parameters = new Parameters(root, parameters, account);
        _conditions = new Conditions(root.FindMap("Conditions"), this);
        _mappings = new Mappings(root.FindMap("Mappings"), this);
        _references = new References(root.FindMap("Resources"), this, account);
        _text = new TextFunctions(this);
    }

    /// <summary>Whether a mapping is a function's call and not one of values.</summary>
    public static bool IsCall(TemplateNode? node) => node is MapNode { Count: 1 } map && map.Keys.First() is var key
        && (key is "Ref" or "Condition" || key.StartsWith("Fn::", StringComparison.Ordinal));

    /// <summary>Whether the condition of that name holds.</summary>
    public Truth Holds(string condition, Position at) => _conditions.Named(condition, at);

    /// <summary>The ARN of a function, <c>null</c> where its name cannot be known.</summary>
    public string? FunctionArn(string logicalId) => _references.FunctionArn(logicalId);

    /// <summary>What a node is; its members and items are still as they are written. Null: nothing, <c>AWS::NoValue</c>.</summary>
    /// <exception cref="ConfigurationException">A function is called in a way that it cannot be.</exception>
    public TemplateNode? Reduce(TemplateNode node)
    {
        Spend(node.Position, 1);
        if (node is TextNode { Value: var text } && text.Contains("{{resolve:", StringComparison.Ordinal))
            return new UnknownNode(node.Position, "a dynamic reference ({{resolve:...}}) is read from an account");
        if (!IsCall(node))
            return node;
        Enter(node.Position);
        var call = (MapNode)node;
        string function = call.Keys.First();
        TemplateNode? result = Call(function, call.Find(function)!);
        Leave();
        return result;
    }

    /// <summary>What stands at the end of a path of keys below a mapping, each evaluated; null when it is not there.</summary>
    /// <exception cref="ConfigurationException">Something on the way is not a mapping, or a function is called in a way that it cannot
    /// be.</exception>
    public TemplateNode? Find(MapNode map, params ReadOnlySpan<string> path)
    {
        TemplateNode? node = map;
        foreach (string key in path)
        {
            switch (node)
            {
                case null or UnknownNode:
                    return node;
                case MapNode level:
                    node = level.Find(key) is { } value ? Reduce(value) : null;
                    break;
                default:
                    throw node.Position.Error($"a mapping with {key} in it is expected here.");
            }
        }
        return node;
    }

    /// <summary>One level deeper: a function inside of a function, or a reference to what is a reference itself.</summary>
    /// <exception cref="ConfigurationException">That is too deep.</exception>
    public void Enter(Position at)
    {
        if (++_depth > MaxDepth)
            throw at.Error("the functions here are nested too deeply, or refer to themselves. Write them flatter, or break the circle.");
    }

    /// <summary>And back.</summary>
    public void Leave() => _depth--;

    /// <summary>A node that must be text: a <see cref="TextNode"/>, or an <see cref="UnknownNode"/>.</summary>
    public TemplateNode Text(TemplateNode node) => Reduce(node) switch
    {
        TextNode text => text,
        UnknownNode unknown => unknown,
        NullNode or null => throw node.Position.Error("there is no value here. Write one, or leave its key out."),
        var other => throw other.Position.Error($"text is expected here, not a {(other is ListNode ? "list" : "mapping")}."),
    };

    /// <summary>A node that must be text as it stands: the name of something in the template.</summary>
    public string Literal(TemplateNode node, string function)
    {
        Spend(node.Position, 1);
        return (node as TextNode)?.Value ?? throw node.Position.Error($"{function} takes a name here.");
    }

    /// <summary>The arguments of a function, as they are written.</summary>
    public static IReadOnlyList<TemplateNode> Arguments(TemplateNode node, string function, int least, int most) =>
        node is ListNode list && list.Items.Count >= least && list.Items.Count <= most
            ? list.Items
            : throw node.Position.Error(
                $"{function} takes a list of {least}{(most == int.MaxValue ? " or more" : most == least ? "" : $" to {most}")}. Correct its "
                    + "arguments.");

    /// <summary>The items of a list that may be a function's result; <paramref name="unknown"/> where there is one that cannot be known.</summary>
    public IReadOnlyList<TemplateNode> Items(TemplateNode node, string function, out UnknownNode? unknown)
    {
        TemplateNode? reduced = Reduce(node);
        unknown = reduced as UnknownNode;
        if (unknown is not null)
            return [];
        if (reduced is not ListNode list)
            throw node.Position.Error($"{function} takes a list here.");
        List<TemplateNode> items = [.. list.Items.Select(Reduce).OfType<TemplateNode>()];
        unknown = items.OfType<UnknownNode>().FirstOrDefault();
        return items;
    }

    /// <summary>What <c>!Ref</c> gives. Null: <c>AWS::NoValue</c>.</summary>
    public TemplateNode? Ref(string name, Position at) =>
        name == "AWS::NoValue" ? null : _parameters.Find(name, at) ?? _references.Ref(name, at);

    /// <summary>What <c>!GetAtt</c> gives.</summary>
    public TemplateNode GetAtt(string resource, string attribute, Position at) => _references.GetAtt(resource, attribute, at);

    /// <summary>Charges for work or for characters.</summary>
    /// <exception cref="ConfigurationException">That was too much.</exception>
    public void Spend(Position at, int cost)
    {
        _cost += cost;
        if (_cost > MaxCost)
            throw at.Error("the template grows too large: its aliases or functions repeat each other too often. Write fewer of them.");
    }

    private TemplateNode? Call(string function, TemplateNode argument)
    {
        Position at = argument.Position;
        switch (function)
        {
            case "Ref":
                return Ref(Literal(argument, function), at);
            case "Fn::GetAtt":
                return GetAtt(argument);
            case "Fn::If":
                IReadOnlyList<TemplateNode> branches = Arguments(argument, function, 3, 3);
                Truth truth = Holds(Literal(branches[0], function), branches[0].Position);
                return truth.Value is { } holds ? Reduce(branches[holds ? 1 : 2]) : new UnknownNode(at, truth.Reason);
            case "Fn::FindInMap":
                return _mappings.Find(argument);
            case "Fn::Sub":
                return _text.Sub(argument);
            case "Fn::Join":
                return _text.Join(argument);
            case "Fn::Split":
                return _text.Split(argument);
            case "Fn::Select":
                return _text.Select(argument);
            case "Fn::Base64":
                return _text.Base64(argument);
            default:
                return new UnknownNode(at, $"{function} is not evaluated here");
        }
    }

    private TemplateNode GetAtt(TemplateNode argument)
    {
        if (argument is TextNode { Value: var text } && text.Split('.', 2) is [var resource, var attribute])
            return GetAtt(resource, attribute, argument.Position);
        IReadOnlyList<TemplateNode> parts = argument is ListNode { Items: { Count: 2 } items }
            ? items
            : throw argument.Position.Error("Fn::GetAtt takes a resource and an attribute: [Name, Arn], or Name.Arn.");
        return Text(parts[1]) is TextNode name ? GetAtt(Literal(parts[0], "Fn::GetAtt"), name.Value, argument.Position) : Text(parts[1]);
    }
}
