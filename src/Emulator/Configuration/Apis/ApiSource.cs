using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Configuration.Apis;

/// <summary>An API of a template as settings, and the command line above it.</summary>
internal sealed class ApiSource(EmulatorOptions options, Account account, Action<string> say)
{
    /// <summary>The key of APIs whose template leaves its value to AWS.</summary>
    private const string MadeUpKey = "emulator-api-key-0123456789";

    private static readonly TimeSpan EdgeIdleLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RegionalIdleLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DefaultRestTimeout = TimeSpan.FromSeconds(29);
    private static readonly TimeSpan DefaultHttpTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The settings; null where none of its routes leads to a function that runs here.</summary>
    public ApiSettings? Read(TemplateApi api, IReadOnlyList<string> keys, IReadOnlyDictionary<TemplateFunction, string> functions)
    {
        RouteSettings[] routes = [.. api.Routes.Where(route => functions.ContainsKey(route.Function)).Select(route => new RouteSettings
        {
            Resource = route.Resource,
            Method = route.Method,
            Function = functions[route.Function],
            Auth = Override(route.Auth),
            Mode = route.Mode,
            Timeout = route.Timeout ?? (api.Kind == ApiKind.Rest ? DefaultRestTimeout : DefaultHttpTimeout),
            OperationName = route.OperationName,
        })];
        if (routes.Length == 0)
            return null;
        foreach (RouteSettings route in routes.Where(route => route.Auth.Authorizer is not null))
        {
            say($"{route.Method} {route.Resource} of {api.Id} is closed: its authorizer {route.Auth.Authorizer} is not reproduced here. "
                + "Start the emulator with --auth NONE to open it to all.");
        }
        return new ApiSettings
        {
            Name = api.Id,
            Kind = api.Kind,
            Stage = api.Stage!,
            StageVariables = api.StageVariables,
            IdleLimit = api.IsEdgeOptimized ? EdgeIdleLimit : RegionalIdleLimit,
            BinaryMediaTypes = api.BinaryMediaTypes,
            Routes = routes,
            Keys = keys.Count > 0 ? keys : [MadeUpKey],
            EndsFailedStreams = options.EndsFailedStreams,
            Doors = options.Doors,
            Limits = options.NoLimits ? Limits.None : Limits.Lambda,
            Account = account,
        };
    }

    private RouteAuth Override(RouteAuth auth) => options.Auth switch
    {
        null => auth,
        AuthType.None => auth with { IsSigned = false, Authorizer = null },
        _ => auth with { IsSigned = true, Authorizer = null },
    };
}
