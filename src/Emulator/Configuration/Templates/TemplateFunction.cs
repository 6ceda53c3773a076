namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>One function as a template describes it: its own properties over those of <c>Globals</c>.</summary>
internal sealed class TemplateFunction(string logicalId, MapNode resource, MapNode properties, Evaluator evaluator)
{
    /// <summary>The types of events that are requests to an API.</summary>
    public const string ApiEvent = "Api", HttpApiEvent = "HttpApi";

    private const string EventsKey = "Events";

    // What is honoured, and what makes no difference on one machine.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "Handler", "Runtime", "Timeout", "MemorySize", "Environment", "FunctionUrlConfig", "CodeUri", "Code", "FunctionName", "LoggingConfig",
        "Description", "Tags", "Tracing", "TracingConfig", "Architectures", "PackageType", "Policies", "Role", "AssumeRolePolicyDocument", EventsKey,
    };

    private MapNode? _urlResource;

    /// <summary>Its name in the template.</summary>
    public string LogicalId { get; } = logicalId;

    /// <summary>Where it begins.</summary>
    public Position Position => resource.Position;

    /// <summary>Whether it has a function URL, or why that cannot be known.</summary>
    public Truth HasUrl => _urlResource is not null ? new Truth(true) : Property("FunctionUrlConfig") switch
    {
        null => new Truth(false),
        UnknownNode unknown => new Truth(null, unknown.Reason),
        MapNode => new Truth(true),
        var other => throw other.Position.Error("FunctionUrlConfig is a mapping with AuthType and InvokeMode. Write it so."),
    };

    /// <summary>Properties that the emulator does not reproduce, and events of services that it does not have.</summary>
    public IEnumerable<string> Unsupported =>
    [
        .. properties.Keys.Where(key => !Known.Contains(key)),
        .. Events.Select(entry => entry.Type).Where(type => type is not (ApiEvent or HttpApiEvent)).Distinct().Select(type => $"{type} events"),
    ];

    /// <summary>What invokes it, as far as it is known: the name in the template, the type, and the whole entry.</summary>
    public IEnumerable<(string Id, string Type, MapNode Entry)> Events
    {
        get
        {
            foreach ((string id, TemplateNode node) in Property(EventsKey) is MapNode events ? Members(events) : [])
            {
                if (node is MapNode entry && evaluator.Find(entry, "Type") is TextNode { Value: var type })
                    yield return (id, type, entry);
            }
        }
    }

    /// <summary>A property, or a member of one; null when it is not there.</summary>
    /// <exception cref="ConfigurationException">What is above it is not a mapping, or a function on the way is called in a way that it cannot
    /// be.</exception>
    public TemplateNode? Property(params ReadOnlySpan<string> path) => evaluator.Find(properties, path);

    /// <summary>A property of the function's URL, or a member of one.</summary>
    public TemplateNode? UrlProperty(params ReadOnlySpan<string> path) =>
        _urlResource is null ? Property(["FunctionUrlConfig", .. path]) : evaluator.Find(_urlResource, path);

    /// <summary>A member of the resource's <c>Metadata</c>, which tells SAM how to build it.</summary>
    public TemplateNode? Metadata(params ReadOnlySpan<string> path) =>
        resource.FindMap("Metadata") is { } metadata ? evaluator.Find(metadata, path) : null;

    /// <summary>A URL that is a resource of its own; false when the function has one already.</summary>
    public bool TryTakeUrl(MapNode urlProperties)
    {
        if (HasUrl.Value != false)
            return false;
        _urlResource = urlProperties;
        return true;
    }

    /// <summary>A mapping's members, evaluated.</summary>
    public IEnumerable<(string Key, TemplateNode Value)> Members(MapNode map)
    {
        foreach (string key in map.Keys)
        {
            if (evaluator.Reduce(map.Find(key)!) is { } value)
                yield return (key, value);
        }
    }

    /// <summary>A list's items, evaluated.</summary>
    public IEnumerable<TemplateNode> Items(ListNode list) => list.Items.Select(evaluator.Reduce).OfType<TemplateNode>();
}
