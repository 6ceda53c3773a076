using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>One function as a template describes it: its own properties over those of <c>Globals</c>.</summary>
internal sealed class TemplateFunction
{
    // What is honoured, and what makes no difference on one machine.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "Handler", "Runtime", "Timeout", "MemorySize", "Environment", "FunctionUrlConfig", "CodeUri", "Code", "FunctionName", "LoggingConfig",
        "Description", "Tags", "Architectures", "PackageType", "Policies", "Role", "AssumeRolePolicyDocument",
    };

    private readonly YamlMappingNode? _globals;
    private readonly YamlMappingNode? _properties;
    private readonly Intrinsics _intrinsics;

    public TemplateFunction(string logicalId, YamlMappingNode? globals, YamlMappingNode? properties, YamlMappingNode? url, Intrinsics intrinsics)
    {
        LogicalId = logicalId;
        _globals = globals;
        _properties = properties;
        _intrinsics = intrinsics;
        Url = url ?? Node("FunctionUrlConfig") as YamlMappingNode;
    }

    /// <summary>Its name in the template.</summary>
    public string LogicalId { get; }

    /// <summary>The configuration of its URL, null when it has none.</summary>
    public YamlMappingNode? Url { get; }

    /// <summary>Properties that the emulator does not reproduce.</summary>
    public IEnumerable<string> Unsupported =>
        Keys(_properties).Concat(Keys(_globals)).Distinct().Where(key => !Known.Contains(key));

    /// <summary>A property as text; null when it is not there or cannot be resolved here.</summary>
    public string? Text(string property) => _intrinsics.Resolve(Node(property));

    /// <summary>A property of the URL as text.</summary>
    public string? UrlText(string property) => _intrinsics.Resolve(YamlTree.Child(Url, property));

    /// <summary>What the URL's configuration says about web pages; null when it says nothing.</summary>
    /// <exception cref="ConfigurationException">A value is of the wrong kind, or only an account knows it: who may call is not guessed.</exception>
    public CorsSettings? Cors(string name)
    {
        if (YamlTree.Child(Url, "Cors") is not YamlMappingNode cors)
            return null;

        string Resolve(string member, YamlNode node) => _intrinsics.Resolve(node) ?? throw new ConfigurationException(
            $"{name}: FunctionUrlConfig.Cors.{member} in the template has a value that only an account knows. Write it there as text.");
        IReadOnlyList<string> List(string member) => YamlTree.Child(cors, member) switch
        {
            null => [],
            YamlSequenceNode sequence => [.. sequence.Children.Select(child => Resolve(member, child))],
            YamlNode single => [Resolve(member, single)],
        };
        string? Text(string member) => YamlTree.Child(cors, member) is { } node ? Resolve(member, node) : null;
        return new CorsSettings
        {
            AllowOrigins = List("AllowOrigins"),
            AllowMethods = List("AllowMethods"),
            AllowHeaders = List("AllowHeaders"),
            ExposeHeaders = List("ExposeHeaders"),
            AllowCredentials = Text("AllowCredentials") is { } credentials && string.Equals(credentials, "true", StringComparison.OrdinalIgnoreCase),
            MaxAge = Text("MaxAge") is not { } age ? null
                : int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= 86400 ? seconds
                : throw new ConfigurationException(
                    $"{name}: FunctionUrlConfig.Cors.MaxAge '{age}' in the template is not a number from 0 to 86400. Correct it there."),
        };
    }

    /// <summary>A property inside another one, as text.</summary>
    public string? Text(string property, string member) =>
        _intrinsics.Resolve(YamlTree.Child(YamlTree.Child(_properties, property) as YamlMappingNode, member)
            ?? YamlTree.Child(YamlTree.Child(_globals, property) as YamlMappingNode, member));

    /// <summary>Whether the property is there, resolvable or not.</summary>
    public bool Has(string property) => Node(property) is not null;

    /// <summary>Environment variables, null where only an account could tell the value.</summary>
    public IReadOnlyDictionary<string, string?> Environment()
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (YamlMappingNode? level in new[] { _globals, _properties })
        {
            foreach ((YamlNode name, YamlNode value) in YamlTree.Mapping(level, "Environment", "Variables"))
                variables[name.ToString()] = _intrinsics.Resolve(value);
        }
        return variables;
    }

    private YamlNode? Node(string property) => YamlTree.Child(_properties, property) ?? YamlTree.Child(_globals, property);

    private static IEnumerable<string> Keys(YamlMappingNode? node) => node?.Children.Keys.Select(key => key.ToString()) ?? [];
}
