using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Configuration.Apis;

/// <summary>
/// The routes of an API that a template defines in OpenAPI, versions 2 and 3, with API Gateway's extensions
/// (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html).
/// </summary>
internal sealed class OpenApiReader(ApiValues values, FunctionNames functions, Action<string> remark)
{
    private const string AnyMethodKey = "x-amazon-apigateway-any-method";
    private const string IntegrationKey = "x-amazon-apigateway-integration";

    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", AnyMethodKey];

    /// <summary>Adds the routes of a definition to its API.</summary>
    public void Read(MapNode definition, TemplateApi api)
    {
        if (values.Map(definition, "paths") is not { } paths)
            return;
        foreach ((string path, TemplateNode item) in values.Members(paths))
        {
            foreach (string key in item is MapNode operations ? operations.Keys.Where(key => Methods.Contains(key.ToLowerInvariant())) : [])
            {
                string method = key.Equals(AnyMethodKey, StringComparison.OrdinalIgnoreCase) ? RouteSettings.AnyMethod : key.ToUpperInvariant();
                try
                {
                    api.Add(ReadRoute(definition, path, method, values.Map((MapNode)item, key)!, api));
                }
                catch (UnknownValueException unknown)
                {
                    remark($"{method} {path} of {api.Id} is left out: {unknown.Message}.");
                }
            }
        }
    }

    private TemplateRoute ReadRoute(MapNode definition, string path, string method, MapNode operation, TemplateApi api)
    {
        MapNode node = values.Map(operation, IntegrationKey) ?? throw new UnknownValueException($"it has no {IntegrationKey}");
        var integration = Integration.Read(node, key => char.ToLowerInvariant(key[0]) + key[1..], api.Kind, values, functions);
        return new TemplateRoute(path, method, integration.Function, ReadAuth(definition, operation) ?? api.DefaultAuth)
        {
            Mode = integration.Mode,
            Timeout = integration.Timeout,
            OperationName = values.Text(operation, "operationId"),
        };
    }

    // Null: the operation does not say.
    private RouteAuth? ReadAuth(MapNode definition, MapNode operation)
    {
        if (values.Find(operation, "security") is not ListNode security)
            return null;
        var auth = new RouteAuth();
        foreach (string name in security.Items.OfType<MapNode>().SelectMany(requirement => requirement.Keys))
        {
            MapNode? scheme = values.Map(definition, "securityDefinitions", name) ?? values.Map(definition, "components", "securitySchemes", name);
            if (scheme is not null && values.Text(scheme, "x-amazon-apigateway-authtype") == "awsSigv4")
                auth = auth with { IsSigned = true };
            else if (scheme is not null && values.Find(scheme, "x-amazon-apigateway-authorizer") is null && IsApiKey(scheme))
                auth = auth with { NeedsKey = true };
            else
                auth = auth with { Authorizer = name };
        }
        return auth;
    }

    private bool IsApiKey(MapNode scheme) =>
        values.Text(scheme, "type") == "apiKey" && RouteAuth.KeyHeader.Equals(values.Text(scheme, "name"), StringComparison.OrdinalIgnoreCase);
}
