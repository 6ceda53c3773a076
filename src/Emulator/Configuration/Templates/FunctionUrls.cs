namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>
/// Function URLs that are resources of their own: each names its function by a reference, a name or an ARN, with or without an alias.
/// </summary>
internal static class FunctionUrls
{
    /// <summary>Their type.</summary>
    public const string ResourceType = "AWS::Lambda::Url";

    /// <summary>Gives each URL to its function; what could not be given comes back as sentences.</summary>
    public static IEnumerable<string> Assign(
        IEnumerable<(string Id, MapNode Properties)> urls, IReadOnlyList<TemplateFunction> functions, Evaluator evaluator)
    {
        var names = new FunctionNames(functions, evaluator);
        foreach ((string id, MapNode properties) in urls)
        {
            TemplateNode target = evaluator.Text(
                properties.Find("TargetFunctionArn")
                    ?? throw properties.Position.Error($"{id} needs a TargetFunctionArn, which names its function."));
            if (target is not TextNode { Value: var text })
                yield return $"{id} is left out: its function cannot be known here: {((UnknownNode)target).Reason}.";
            else if (names.Find(text) is not { } owner)
                yield return $"{id} is left out: its function '{text}' is not in this template.";
            else if (!owner.TryTakeUrl(properties))
                yield return $"{id} is left out: {owner.LogicalId} has another URL, and one is served for each function.";
        }
    }
}
