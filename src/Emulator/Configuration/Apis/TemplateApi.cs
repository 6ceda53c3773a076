using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Configuration.Apis;

/// <summary>A resource of a template that is an API or a part of one.</summary>
/// <param name="Id">Its name in the template.</param>
/// <param name="Type">Its type.</param>
/// <param name="Properties">What it says.</param>
internal sealed record ApiResource(string Id, string Type, MapNode Properties)
{
    /// <summary>The types.</summary>
    public const string SamRestApi = "AWS::Serverless::Api", SamHttpApi = "AWS::Serverless::HttpApi", RestApi = "AWS::ApiGateway::RestApi",
        Resource = "AWS::ApiGateway::Resource", Method = "AWS::ApiGateway::Method", Stage = "AWS::ApiGateway::Stage",
        Deployment = "AWS::ApiGateway::Deployment", ApiKey = "AWS::ApiGateway::ApiKey";

    private static readonly string[] Types = [SamRestApi, SamHttpApi, RestApi, Resource, Method, Stage, Deployment, ApiKey];

    /// <summary>Whether a type is one of them.</summary>
    public static bool IsType(string? type) => Types.Contains(type);
}

/// <summary>An API while a template is read: its routes come from several places.</summary>
internal sealed class TemplateApi(string id, ApiKind kind)
{
    private readonly List<TemplateRoute> _routes = [];

    /// <summary>Its name in the template.</summary>
    public string Id { get; } = id;

    /// <summary>Its kind.</summary>
    public ApiKind Kind { get; } = kind;

    /// <summary>Its stage; null, before one is found: an API without one is not deployed.</summary>
    public string? Stage { get; set; }

    /// <summary>Whether it is edge-optimized, as REST APIs are that do not say otherwise.</summary>
    public bool IsEdgeOptimized { get; set; } = kind == ApiKind.Rest;

    /// <summary>The stage's variables.</summary>
    public IReadOnlyDictionary<string, string> StageVariables { get; set; } = new Dictionary<string, string>();

    /// <summary>Media types whose bodies are binary.</summary>
    public IReadOnlyList<string> BinaryMediaTypes { get; set; } = [];

    /// <summary>Who may call the routes that do not say it.</summary>
    public RouteAuth DefaultAuth { get; set; } = new();

    /// <summary>Its routes.</summary>
    public IReadOnlyList<TemplateRoute> Routes => _routes;

    /// <summary>Adds a route. Of two for the same method and resource the first counts: a definition comes before the events of functions.</summary>
    public void Add(TemplateRoute route)
    {
        if (!_routes.Exists(other => other.Method == route.Method && other.Resource == route.Resource))
            _routes.Add(route);
    }
}

/// <summary>A route with the function's name in the template.</summary>
/// <param name="Resource">Its path.</param>
/// <param name="Method">Its method in capitals.</param>
/// <param name="Function">The function.</param>
/// <param name="Auth">Who may call it.</param>
internal sealed record TemplateRoute(string Resource, string Method, TemplateFunction Function, RouteAuth Auth)
{
    /// <summary>How the response is handed over.</summary>
    public InvokeMode Mode { get; init; } = InvokeMode.Buffered;

    /// <summary>How long the response may take; null: AWS's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The name that the API gives to it, null: none.</summary>
    public string? OperationName { get; init; }
}
