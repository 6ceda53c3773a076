using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>Resolves what CloudFormation's functions can be resolved to without an account: parameters' defaults and pseudo parameters.</summary>
internal sealed partial class Intrinsics
{
    private readonly Dictionary<string, string> _values;

    public Intrinsics(YamlMappingNode root, Account account)
    {
        _values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS::Region"] = account.Region,
            ["AWS::AccountId"] = account.Id,
            ["AWS::Partition"] = "aws",
            ["AWS::URLSuffix"] = "amazonaws.com",
            ["AWS::StackName"] = "local",
        };
        foreach ((YamlNode name, YamlNode parameter) in YamlTree.Mapping(root, "Parameters"))
        {
            if (parameter is YamlMappingNode fields && YamlTree.Child(fields, "Default") is YamlScalarNode { Value: { } value })
                _values[name.ToString()] = value;
        }
    }

    /// <summary>The text of a node; null when only an account could tell.</summary>
    public string? Resolve(YamlNode? node) => node switch
    {
        YamlScalarNode scalar when Function(scalar) is { } function => Resolve(function, scalar.Value ?? ""),
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlMappingNode { Children.Count: 1 } mapping when mapping.Children.Single() is { Key: YamlScalarNode key, Value: YamlScalarNode value } =>
            key.Value is "Ref" or "Fn::Sub" ? Resolve(key.Value, value.Value ?? "") : null,
        _ => null,
    };

    private static string? Function(YamlScalarNode scalar) => scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific || !scalar.Tag.Value.StartsWith('!') ? null : scalar.Tag.Value;

    private string? Resolve(string function, string argument)
    {
        switch (function)
        {
            case "!Ref" or "Ref":
                return _values.GetValueOrDefault(argument);
            case "!Sub" or "Fn::Sub":
                bool isKnown = true;
                string text = Variable().Replace(argument, match =>
                {
                    if (match.Groups[1].Value.StartsWith('!'))
                        return $"${{{match.Groups[1].Value[1..]}}}";
                    isKnown &= _values.ContainsKey(match.Groups[1].Value);
                    return _values.GetValueOrDefault(match.Groups[1].Value, "");
                });
                return isKnown ? text : null;
            default:
                return null;
        }
    }

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Variable();
}
