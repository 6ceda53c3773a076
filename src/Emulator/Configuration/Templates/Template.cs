// SAM: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
using StreamingLambda.Emulator.Configuration.Apis;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>A SAM or CloudFormation template, as far as it describes functions.</summary>
internal sealed class Template
{
    private readonly List<TemplateFunction> _functions = [];
    private readonly List<string> _remarks = [];

    private Template(string path, MapNode root, Evaluator evaluator)
    {
        Path = System.IO.Path.GetFullPath(path);
        MapNode? globals = root.FindMap("Globals")?.FindMap("Function");
        MapNode resources = root.Find("Resources") switch
        {
            MapNode map => map,
            var other => throw (other ?? root).Position.Error("the template needs a mapping named Resources, with its functions in it."),
        };
        var urls = new List<(string, MapNode)>();
        var apiResources = new List<ApiResource>();
        foreach (string id in resources.Keys)
            Take(id, resources, globals, evaluator, urls, apiResources);
        _remarks.AddRange(FunctionUrls.Assign(urls, _functions, evaluator));
        var apis = new ApiReader(evaluator, _functions, root.FindMap("Globals"), _remarks.Add);
        Apis = apis.Read(apiResources);
        ApiKeys = apis.Keys;
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>Its functions, in its order.</summary>
    public IReadOnlyList<TemplateFunction> Functions => _functions;

    /// <summary>Its APIs that are deployed and lead to functions.</summary>
    public IReadOnlyList<TemplateApi> Apis { get; }

    /// <summary>The values of API keys that it names.</summary>
    public IReadOnlyList<string> ApiKeys { get; }

    /// <summary>What was not taken, and why: a sentence each.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameters">Values that go before the parameters' defaults.</param>
    /// <param name="account">Where the functions seem to be.</param>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static Template Read(string path, IReadOnlyDictionary<string, string> parameters, Account account)
    {
        MapNode root = TemplateFile.Read(path);
        return new Template(path, root, new Evaluator(root, parameters, account));
    }

    private void Take(
        string id, MapNode resources, MapNode? globals, Evaluator evaluator, List<(string, MapNode)> urls, List<ApiResource> apiResources)
    {
        if (id.StartsWith("Fn::ForEach", StringComparison.Ordinal))
            _remarks.Add($"{id} is not expanded here: the resources that it makes are left out.");
        // Not with Find: what is given twice and not ours is not our business.
        if (TypeOf(resources, id) is not { } type
            || !(type is References.SamFunction or References.PlainFunction or FunctionUrls.ResourceType || ApiResource.IsType(type)))
        {
            if (TypeOf(resources, id) is "AWS::Serverless::Application" or "AWS::CloudFormation::Stack")
                _remarks.Add($"{id} is left out: the functions of a nested stack are not read. Start another emulator with its template.");
            return;
        }

        MapNode resource = resources.FindMap(id)!;
        if (resource.Find("Condition") is { } condition)
        {
            Truth exists = evaluator.Holds(evaluator.Literal(condition, "Condition"), condition.Position);
            if (exists.Value is null)
                _remarks.Add($"{id} is left out: whether its condition holds cannot be known here: {exists.Reason}.");
            if (exists.Value != true)
                return;
        }
        MapNode? properties = resource.Find("Properties") switch
        {
            null or NullNode => null,
            MapNode map => map,
            var other => throw other.Position.Error($"the properties of {id} have to be a mapping."),
        };
        if (type == FunctionUrls.ResourceType)
            urls.Add((id, properties ?? new MapNode(resource.Position, [])));
        else if (ApiResource.IsType(type))
            apiResources.Add(new ApiResource(id, type, properties ?? new MapNode(resource.Position, [])));
        else
        {
            MapNode merged = Globals.Merge(type == References.SamFunction ? globals : null, properties, resource.Position);
            _functions.Add(new TemplateFunction(id, resource, merged, evaluator));
        }
    }

    private static string? TypeOf(MapNode resources, string id) =>
        resources.Peek(id) is MapNode resource ? (resource.Peek("Type") as TextNode)?.Value : null;
}
