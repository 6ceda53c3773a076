namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>Whether a condition holds, or why that cannot be known here.</summary>
internal readonly record struct Truth(bool? Value, string Reason = "")
{
    /// <summary>The opposite; what is not known stays so.</summary>
    public Truth Not() => this with { Value = !Value };
}

/// <summary>A template's <c>Conditions</c>.</summary>
internal sealed class Conditions(MapNode? declared, Evaluator evaluator)
{
    private readonly Dictionary<string, Truth> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>The condition of that name.</summary>
    /// <exception cref="ConfigurationException">There is none, or it depends on itself.</exception>
    public Truth Named(string name, Position at)
    {
        if (_known.TryGetValue(name, out Truth truth))
            return truth;
        TemplateNode condition = declared?.Find(name) ?? throw at.Error($"there is no condition {name} in Conditions. Add it, or correct the name.");
        if (!_open.Add(name))
            throw condition.Position.Error($"the condition {name} depends on itself. Break the circle.");
        truth = Evaluate(condition);
        _open.Remove(name);
        return _known[name] = truth;
    }

    private Truth Evaluate(TemplateNode node)
    {
        evaluator.Spend(node.Position, 1);
        evaluator.Enter(node.Position);
        Truth truth = Call(node);
        evaluator.Leave();
        return truth;
    }

    private Truth Call(TemplateNode node)
    {
        if (node is not MapNode { Count: 1 } map)
            throw node.Position.Error("a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or the name of another one. Write one of these.");
        string function = map.Keys.First();
        TemplateNode argument = map.Find(function)!;
        return function switch
        {
            "Condition" => Named(evaluator.Literal(argument, "Condition"), argument.Position),
            "Fn::Equals" => Equal(Evaluator.Arguments(argument, function, 2, 2)),
            "Fn::Not" => Evaluate(Evaluator.Arguments(argument, function, 1, 1)[0]).Not(),
            "Fn::And" => Combine(Evaluator.Arguments(argument, function, 1, int.MaxValue), decisive: false),
            "Fn::Or" => Combine(Evaluator.Arguments(argument, function, 1, int.MaxValue), decisive: true),
            _ => throw node.Position.Error($"{function} is no condition. Use Fn::Equals, Fn::And, Fn::Or, Fn::Not or the name of another one."),
        };
    }

    private Truth Equal(IReadOnlyList<TemplateNode> sides) => (evaluator.Text(sides[0]), evaluator.Text(sides[1])) switch
    {
        (UnknownNode unknown, _) => new Truth(null, unknown.Reason),
        (_, UnknownNode unknown) => new Truth(null, unknown.Reason),
        (TextNode left, TextNode right) => new Truth(left.Value == right.Value),
        _ => new Truth(false),
    };

    // One 'false' decides an And, one 'true' an Or, whatever the others are.
    private Truth Combine(IReadOnlyList<TemplateNode> conditions, bool decisive)
    {
        List<Truth> all = [.. conditions.Select(Evaluate)];
        return all.Exists(truth => truth.Value == decisive) ? new Truth(decisive)
            : all.Exists(truth => truth.Value is null) ? all.Find(truth => truth.Value is null)
            : new Truth(!decisive);
    }
}
