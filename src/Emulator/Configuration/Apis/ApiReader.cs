// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Configuration.Apis;

/// <summary>
/// The APIs of a template: SAM's, with the events of functions as their routes, and CloudFormation's own, with a resource for each part.
/// What cannot be known here is left out with a sentence.
/// </summary>
internal sealed class ApiReader(Evaluator evaluator, IReadOnlyList<TemplateFunction> functions, MapNode? globals, Action<string> remark)
{
    /// <summary>What SAM calls the APIs of events that name none.</summary>
    private const string ImplicitRestApi = "ServerlessRestApi", ImplicitHttpApi = "ServerlessHttpApi", ImplicitStage = "Prod";

    private const string IamAuthorizer = "AWS_IAM", NoAuthorizer = "NONE";

    private readonly ApiValues _values = new(evaluator);
    private readonly FunctionNames _names = new(functions, evaluator);
    private readonly Dictionary<string, TemplateApi> _apis = new(StringComparer.Ordinal);

    /// <summary>The values of API keys that the template names.</summary>
    public IReadOnlyList<string> Keys { get; private set; } = [];

    /// <summary>Reads them; those that have a stage and routes.</summary>
    public IReadOnlyList<TemplateApi> Read(IReadOnlyList<ApiResource> resources)
    {
        foreach (ApiResource resource in resources)
            Try(resource.Id, () => ReadApi(resource));
        foreach (ApiResource resource in resources.Where(resource => resource.Type is ApiResource.Stage or ApiResource.Deployment))
            Try(resource.Id, () => ReadStage(resource));
        foreach (ApiResource resource in resources.Where(resource => resource.Type == ApiResource.Method))
            Try(resource.Id, () => ReadMethod(resource, resources));
        foreach (TemplateFunction function in functions)
        {
            foreach ((string id, string type, MapNode entry) in function.Events)
            {
                if (type is TemplateFunction.ApiEvent or TemplateFunction.HttpApiEvent)
                    Try($"The event {id} of {function.LogicalId}", () => ReadEvent(function, type, entry));
            }
        }
        Keys = [.. resources.Where(resource => resource.Type == ApiResource.ApiKey)
            .Select(key => evaluator.Find(key.Properties, "Value")).OfType<TextNode>().Select(text => text.Value)];
        foreach (TemplateApi api in _apis.Values.Where(api => api.Routes.Count > 0 && api.Stage is null))
            remark($"{api.Id} is left out: it has no stage, without which it is not deployed. Add an {ApiResource.Stage} for it.");
        return [.. _apis.Values.Where(api => api.Routes.Count > 0 && api.Stage is not null)];
    }

    private void Try(string what, Action read)
    {
        try
        {
            read();
        }
        catch (UnknownValueException unknown)
        {
            remark($"{what} is left out: {unknown.Message}.");
        }
    }

    private void ReadApi(ApiResource resource)
    {
        switch (resource.Type)
        {
            case ApiResource.SamRestApi:
                MapNode rest = Globals.Merge(globals?.FindMap("Api"), resource.Properties, resource.Properties.Position);
                ReadSamApi(resource.Id, ApiKind.Rest, rest, defaultStage: "");
                break;
            case ApiResource.SamHttpApi:
                MapNode http = Globals.Merge(globals?.FindMap("HttpApi"), resource.Properties, resource.Properties.Position);
                ReadSamApi(resource.Id, ApiKind.Http, http, ApiSettings.DefaultStage);
                break;
            case ApiResource.RestApi:
                var api = new TemplateApi(resource.Id, ApiKind.Rest)
                {
                    IsEdgeOptimized = IsEdgeOptimized(_values.Texts(resource.Properties, "EndpointConfiguration", "Types")),
                    BinaryMediaTypes = _values.Texts(resource.Properties, "BinaryMediaTypes"),
                };
                _apis[api.Id] = api;
                ReadDefinition(resource.Properties, "Body", "BodyS3Location", api);
                break;
        }
    }

    private void ReadSamApi(string id, ApiKind kind, MapNode properties, string defaultStage)
    {
        var api = new TemplateApi(id, kind)
        {
            Stage = defaultStage.Length == 0 ? _values.Required(properties, "StageName") : _values.Text(properties, "StageName") ?? defaultStage,
            StageVariables = Strings(_values.Map(properties, kind == ApiKind.Rest ? "Variables" : "StageVariables")),
        };
        if (kind == ApiKind.Rest)
        {
            string? endpoint = _values.Find(properties, "EndpointConfiguration") is MapNode configuration
                ? _values.Text(configuration, "Type")
                : _values.Text(properties, "EndpointConfiguration");
            api.IsEdgeOptimized = IsEdgeOptimized(endpoint is null ? [] : [endpoint]);
            // In SAM a slash may be written as in a JSON pointer.
            api.BinaryMediaTypes =
                [.. _values.Texts(properties, "BinaryMediaTypes").Select(type => type.Replace("~1", "/", StringComparison.Ordinal))];
        }
        api.DefaultAuth = Named(_values.Text(properties, "Auth", "DefaultAuthorizer"), new RouteAuth()) with
        {
            NeedsKey = _values.Flag(properties, "Auth", "ApiKeyRequired") == true,
        };
        _apis[id] = api;
        ReadDefinition(properties, "DefinitionBody", "DefinitionUri", api);
    }

    private void ReadDefinition(MapNode properties, string inline, string elsewhere, TemplateApi api)
    {
        if (properties.Find(elsewhere) is not null)
            remark($"{api.Id}: its {elsewhere} is not read here; routes in it are left out. Write the definition into the template.");
        if (_values.Map(properties, inline) is { } definition)
            new OpenApiReader(_values, _names, remark).Read(definition, api);
    }

    private void ReadStage(ApiResource resource)
    {
        if (_values.Target(resource.Properties, "RestApiId") is not { } id || !_apis.TryGetValue(id, out TemplateApi? api)
            || _values.Text(resource.Properties, "StageName") is not { } stage)
            return;
        if (api.Stage is not null && api.Stage != stage)
        {
            remark($"The stage {stage} of {id} is left out: one stage is served for each API, and that is {api.Stage}.");
            return;
        }
        api.Stage = stage;
        if (resource.Type == ApiResource.Stage)
            api.StageVariables = Strings(_values.Map(resource.Properties, "Variables"));
    }

    private void ReadMethod(ApiResource method, IReadOnlyList<ApiResource> resources)
    {
        MapNode properties = method.Properties;
        TemplateApi api = ApiOf(_values.Target(properties, "RestApiId"));
        string type = _values.Text(properties, "AuthorizationType") ?? NoAuthorizer;
        MapNode node = _values.Map(properties, "Integration") ?? throw new UnknownValueException("it has no Integration");
        var integration = Integration.Read(node, key => key, api.Kind, _values, _names);
        RouteAuth auth = Named(type, new RouteAuth()) with { NeedsKey = _values.Flag(properties, "ApiKeyRequired") == true };
        api.Add(new TemplateRoute(
            PathOf(_values.Target(properties, "ResourceId"), api.Id, resources),
            _values.Required(properties, "HttpMethod").ToUpperInvariant(),
            integration.Function,
            auth)
        {
            Mode = integration.Mode,
            Timeout = integration.Timeout,
            OperationName = _values.Text(properties, "OperationName"),
        });
    }

    // From a resource up to the API's root.
    private string PathOf(string? resourceId, string apiId, IReadOnlyList<ApiResource> resources)
    {
        var parts = new Stack<string>();
        for (string? id = resourceId; id != apiId;)
        {
            ApiResource resource = resources.FirstOrDefault(resource => resource.Id == id && resource.Type == ApiResource.Resource)
                ?? throw new UnknownValueException($"its resource {id ?? "(none)"} is not in this template");
            if (parts.Count > resources.Count)
                throw resource.Properties.Position.Error($"the resource {id} is its own parent. Break the circle.");
            parts.Push(_values.Required(resource.Properties, "PathPart"));
            id = _values.Target(resource.Properties, "ParentId");
        }
        return "/" + string.Join('/', parts);
    }

    private void ReadEvent(TemplateFunction function, string type, MapNode entry)
    {
        MapNode properties = _values.Map(entry, "Properties") ?? new MapNode(entry.Position, []);
        bool isRest = type == TemplateFunction.ApiEvent;
        TemplateApi api = _values.Target(properties, isRest ? "RestApiId" : "ApiId") is { } id ? ApiOf(id) : Implicit(isRest);
        RouteAuth auth = Named(_values.Text(properties, "Auth", "Authorizer"), api.DefaultAuth);
        if (_values.Flag(properties, "Auth", "ApiKeyRequired") is { } needsKey)
            auth = auth with { NeedsKey = needsKey };
        bool isStreamed = isRest && ReadSamMode(properties, function);
        api.Add(new TemplateRoute(
            isRest ? _values.Required(properties, "Path") : _values.Text(properties, "Path") ?? ApiSettings.DefaultStage,
            MethodOf(isRest ? _values.Required(properties, "Method") : _values.Text(properties, "Method")),
            function,
            auth)
        {
            Mode = isStreamed ? InvokeMode.ResponseStream : InvokeMode.Buffered,
            Timeout = Integration.ReadTimeout(properties, "TimeoutInMillis", api.Kind, isStreamed, _values),
        });
        if (!isRest && _values.Text(properties, "PayloadFormatVersion") == "1.0")
            remark($"{function.LogicalId}: the payload format 1.0 of its HTTP API is not reproduced; it gets format 2.0.");
    }

    private static string MethodOf(string? text) => text?.ToUpperInvariant() switch
    {
        null or "X-AMAZON-APIGATEWAY-ANY-METHOD" or "*" => RouteSettings.AnyMethod,
        var method => method,
    };

    // SAM has a name of its own for what an integration calls STREAM.
    private bool ReadSamMode(MapNode properties, TemplateFunction function)
    {
        string? mode = _values.Choice(properties, ["BUFFERED", "RESPONSE_STREAM", "STREAM"], "ResponseTransferMode");
        if (mode == "STREAM")
        {
            remark($"{function.LogicalId}: SAM's name for ResponseTransferMode is RESPONSE_STREAM; STREAM, the integration's own, has been seen to "
                + "deploy an API that does not stream. Here it streams.");
        }
        return mode is "STREAM" or "RESPONSE_STREAM";
    }

    private TemplateApi Implicit(bool isRest)
    {
        string id = isRest ? ImplicitRestApi : ImplicitHttpApi;
        if (!_apis.ContainsKey(id))
        {
            MapNode properties = globals?.FindMap(isRest ? "Api" : "HttpApi") ?? new MapNode(default, []);
            ReadSamApi(id, isRest ? ApiKind.Rest : ApiKind.Http, properties, isRest ? ImplicitStage : ApiSettings.DefaultStage);
        }
        return _apis[id];
    }

    private TemplateApi ApiOf(string? id) => id is not null && _apis.TryGetValue(id, out TemplateApi? api)
        ? api
        : throw new UnknownValueException($"its API {id ?? "(none)"} is not in this template, or was left out");

    private static RouteAuth Named(string? authorizer, RouteAuth otherwise) => authorizer switch
    {
        null => otherwise,
        NoAuthorizer => otherwise with { IsSigned = false, Authorizer = null },
        IamAuthorizer => otherwise with { IsSigned = true, Authorizer = null },
        var other => otherwise with { IsSigned = false, Authorizer = other },
    };

    private static bool IsEdgeOptimized(IReadOnlyList<string> types) => types.Count == 0 || types.Contains("EDGE", StringComparer.OrdinalIgnoreCase);

    private Dictionary<string, string> Strings(MapNode? map)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, TemplateNode value) in map is null ? [] : _values.Members(map))
            texts[key] = (value as TextNode)?.Value ?? throw value.Position.Error($"the stage variable {key} has to be text. Write a value.");
        return texts;
    }
}
