namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>What the resources of a template are called: known for functions and their aliases, as the emulator names them itself.</summary>
internal sealed class References(MapNode? resources, Evaluator evaluator, Account account)
{
    /// <summary>The types of resources that are functions.</summary>
    public const string SamFunction = "AWS::Serverless::Function", PlainFunction = "AWS::Lambda::Function";

    private const string SamAlias = ".Alias";

    /// <summary>What <c>!Ref</c> of a resource gives: the name of a function, the ARN of an alias.</summary>
    public TemplateNode Ref(string id, Position at)
    {
        MapNode? resource = resources?.FindMap(id);
        string? type = (resource?.Find("Type") as TextNode)?.Value;
        TemplateNode? value = type switch
        {
            SamFunction or PlainFunction => FunctionName(id, resource!),
            "AWS::Lambda::Alias" => AliasArn(resource!, at),
            null => GeneratedAlias(id, at),
            _ => null,
        };
        return value ?? Unknown(at, resource is null ? $"{id}, which is no parameter," : $"!Ref {id}");
    }

    /// <summary>What <c>!GetAtt</c> of a resource gives: the ARN of a function.</summary>
    public TemplateNode GetAtt(string id, string attribute, Position at)
    {
        if (attribute == "Arn" && resources?.FindMap(id) is { } resource
            && (resource.Find("Type") as TextNode)?.Value is SamFunction or PlainFunction)
        {
            TemplateNode name = FunctionName(id, resource);
            return name is TextNode text ? new TextNode(at, account.FunctionArn(text.Value)) : name;
        }
        // SAM: ${F.Alias} is what !Ref F.Alias is.
        TemplateNode? alias = attribute == SamAlias[1..] ? GeneratedAlias($"{id}{SamAlias}", at) : null;
        return alias ?? Unknown(at, $"{id}.{attribute}");
    }

    /// <summary>The ARN of a function, null where its name cannot be known.</summary>
    public string? FunctionArn(string id) =>
        resources?.FindMap(id) is { } resource && FunctionName(id, resource) is TextNode name ? account.FunctionArn(name.Value) : null;

    private TemplateNode FunctionName(string id, MapNode resource) =>
        resource.FindMap("Properties")?.Find("FunctionName") is { } name && evaluator.Reduce(name) is { } reduced
            ? evaluator.Text(reduced)
            : new TextNode(resource.Position, id);

    private TemplateNode? AliasArn(MapNode alias, Position at)
    {
        if (alias.FindMap("Properties") is not { } properties || properties.Find("FunctionName") is not { } function
            || properties.Find("Name") is not { } name)
            return null;
        if (evaluator.Text(function) is not TextNode target)
            return evaluator.Text(function);
        if (evaluator.Text(name) is not TextNode qualifier)
            return evaluator.Text(name);
        string arn = target.Value.Contains(':', StringComparison.Ordinal) ? target.Value : account.FunctionArn(target.Value);
        return new TextNode(at, $"{arn}:{qualifier.Value}");
    }

    // AutoPublishAlias makes SAM add an alias, which a template calls F.Alias, or FAliaslive after its name.
    private TextNode? GeneratedAlias(string id, Position at)
    {
        foreach (string function in resources?.Keys.Where(key => id.StartsWith(key, StringComparison.Ordinal) && id.Length > key.Length) ?? [])
        {
            if (resources!.FindMap(function) is { } resource
                && (resource.Find("Type") as TextNode)?.Value == SamFunction
                && resource.FindMap("Properties")?.Find("AutoPublishAlias") is { } published
                && evaluator.Reduce(published) is TextNode alias
                && (id == $"{function}{SamAlias}" || id == $"{function}Alias{alias.Value}")
                && FunctionArn(function) is { } arn)
            {
                return new TextNode(at, $"{arn}:{alias.Value}");
            }
        }
        return null;
    }

    private static UnknownNode Unknown(Position at, string what) => new(at, $"only a deployed stack knows what {what} is");
}
