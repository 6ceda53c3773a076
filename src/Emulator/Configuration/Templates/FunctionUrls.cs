using System.Text.RegularExpressions;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>
/// Function URLs that are resources of their own: each names its function by a reference, a name or an ARN, with or without an alias.
/// </summary>
internal static partial class FunctionUrls
{
    /// <summary>Their type.</summary>
    public const string ResourceType = "AWS::Lambda::Url";

    /// <summary>Gives each URL to its function; what could not be given comes back as sentences.</summary>
    public static IEnumerable<string> Assign(
        IEnumerable<(string Id, MapNode Properties)> urls, IReadOnlyList<TemplateFunction> functions, Evaluator evaluator)
    {
        // Both what a reference gives and the plain name in the template, which people write too.
        var byName = functions.ToDictionary(function => function.LogicalId, StringComparer.Ordinal);
        foreach (TemplateFunction function in functions)
        {
            if (evaluator.FunctionArn(function.LogicalId) is { } arn)
                byName[NameIn(arn)] = function;
        }

        foreach ((string id, MapNode properties) in urls)
        {
            TemplateNode target = evaluator.Text(
                properties.Find("TargetFunctionArn")
                    ?? throw properties.Position.Error($"{id} needs a TargetFunctionArn, which names its function."));
            if (target is not TextNode { Value: var text })
                yield return $"{id} is left out: its function cannot be known here: {((UnknownNode)target).Reason}.";
            else if (!byName.TryGetValue(NameIn(text), out TemplateFunction? owner))
                yield return $"{id} is left out: its function '{text}' is not in this template.";
            else if (!owner.TryTakeUrl(properties))
                yield return $"{id} is left out: {owner.LogicalId} has another URL, and one is served for each function.";
        }
    }

    // Of another account or region, or not: the name is what tells the functions of a template apart.
    private static string NameIn(string text) => Name().Match(text).Groups["name"].Value;

    // name, name:alias, account:function:name, arn:aws:lambda:region:account:function:name, arn:...:name:alias
    [GeneratedRegex(@"^(?:(?:arn:[^:]*:lambda:[^:]*:)?[^:]+:function:)?(?<name>[A-Za-z0-9_-]+)(?::[^:]+)?$")]
    private static partial Regex Name();
}
