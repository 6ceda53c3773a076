namespace StreamingLambda.Emulator.Configuration;

/// <summary>The two kinds of API Gateway APIs that invoke functions for HTTP requests.</summary>
internal enum ApiKind
{
    /// <summary>A REST API: payload format 1.0, streams where its integration says so.</summary>
    Rest,

    /// <summary>An HTTP API: payload format 2.0, never streams.</summary>
    Http,
}

/// <summary>One API of API Gateway, deployed to one stage.</summary>
internal sealed record ApiSettings
{
    /// <summary>The stage of an HTTP API that is no part of the path.</summary>
    public const string DefaultStage = "$default";

    /// <summary>Its name in the template.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    public ApiKind Kind { get; init; }

    /// <summary>The stage: the first segment of each path, unless it is <see cref="DefaultStage"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>The stage's variables.</summary>
    public IReadOnlyDictionary<string, string> StageVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>After how long a stream without a byte is cut off: 5 minutes, or 30 seconds at an edge-optimized endpoint.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The media types whose bodies are binary: they travel in base64.</summary>
    public IReadOnlyList<string> BinaryMediaTypes { get; init; } = [];

    /// <summary>Its routes.</summary>
    public IReadOnlyList<RouteSettings> Routes { get; init; } = [];

    /// <summary>The keys that open routes which ask for one.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Whether a response that fails in the middle ends as if it were whole, instead of with a broken connection. AWS does not document
    /// which of them it does.</summary>
    public bool EndsFailedStreams { get; init; }

    /// <summary>Which callers get in besides those who AWS lets in.</summary>
    public DoorSettings Doors { get; init; } = new();

    /// <summary>Sizes and rates.</summary>
    public Limits Limits { get; init; } = Limits.Lambda;

    /// <summary>The account and credentials that it seems to run in.</summary>
    public required Account Account { get; init; }

    /// <summary>What stands between host and resource in each address.</summary>
    public string StagePath => Stage == DefaultStage ? "" : $"/{Stage}";
}

/// <summary>Who may call a route.</summary>
/// <param name="IsSigned">Whether callers sign their requests, for the service <c>execute-api</c>.</param>
/// <param name="NeedsKey">Whether they send an API key.</param>
/// <param name="Authorizer">What decides besides, and is not reproduced here: such a route is closed. Null: nothing.</param>
internal sealed record RouteAuth(bool IsSigned = false, bool NeedsKey = false, string? Authorizer = null)
{
    /// <summary>The service that requests are signed for.</summary>
    public const string Service = "execute-api";

    /// <summary>The header that an API key comes in.</summary>
    public const string KeyHeader = "x-api-key";
}

/// <summary>A method of a resource and the function behind it.</summary>
internal sealed record RouteSettings
{
    /// <summary>The method that stands for all.</summary>
    public const string AnyMethod = "ANY";

    /// <summary>The resource's path as the API has it: <c>/orders/{id}</c>, <c>/{proxy+}</c>; <c>$default</c>: an HTTP API's last resort.</summary>
    public required string Resource { get; init; }

    /// <summary>The method in capitals, or <see cref="AnyMethod"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The function's name.</summary>
    public required string Function { get; init; }

    /// <summary>Who may call it.</summary>
    public RouteAuth Auth { get; init; } = new();

    /// <summary>How the response is handed over.</summary>
    public InvokeMode Mode { get; init; } = InvokeMode.Buffered;

    /// <summary>How long the whole response may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(29);

    /// <summary>The name that the API gives to it, null: none.</summary>
    public string? OperationName { get; init; }
}
