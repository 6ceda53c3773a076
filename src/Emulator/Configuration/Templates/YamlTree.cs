using YamlDotNet.RepresentationModel;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>Short words for looking into a YAML document.</summary>
internal static class YamlTree
{
    /// <summary>The node under a key, else null.</summary>
    public static YamlNode? Child(YamlMappingNode? node, string key) =>
        node is not null && node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null;

    /// <summary>The members of the mapping at the end of a path; none when it is not there.</summary>
    public static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Mapping(YamlMappingNode? node, params ReadOnlySpan<string> path)
    {
        foreach (string key in path)
            node = Child(node, key) as YamlMappingNode;
        return node?.Children.AsEnumerable() ?? [];
    }
}
