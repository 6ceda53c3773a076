using System.Text.RegularExpressions;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>Finds the function that another resource means, by a name or an ARN, with or without an alias.</summary>
internal sealed partial class FunctionNames
{
    private readonly Dictionary<string, TemplateFunction> _byName;

    public FunctionNames(IReadOnlyList<TemplateFunction> functions, Evaluator evaluator)
    {
        // Both what a reference gives and the plain name in the template, which people write too.
        _byName = functions.ToDictionary(function => function.LogicalId, StringComparer.Ordinal);
        foreach (TemplateFunction function in functions)
        {
            if (evaluator.FunctionArn(function.LogicalId) is { } arn)
                _byName[NameIn(arn)] = function;
        }
    }

    /// <summary>The function; null when none of the template has that name.</summary>
    public TemplateFunction? Find(string text) => _byName.GetValueOrDefault(NameIn(text));

    // Of another account or region, or not: the name is what tells the functions of a template apart.
    private static string NameIn(string text) => Name().Match(text).Groups["name"].Value;

    // name, name:alias, account:function:name, arn:aws:lambda:region:account:function:name, arn:...:name:alias
    [GeneratedRegex(@"^(?:(?:arn:[^:]*:lambda:[^:]*:)?[^:]+:function:)?(?<name>[A-Za-z0-9_-]+)(?::[^:]+)?$")]
    private static partial Regex Name();
}
