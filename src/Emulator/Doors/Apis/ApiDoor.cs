using Microsoft.AspNetCore.Http.Features;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.Auth;
using StreamingLambda.Emulator.Doors.Callers;
using StreamingLambda.Emulator.Doors.LambdaApi;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>What stands behind the port of an API: its stage, and beside it the Lambda API for those who sign.</summary>
internal sealed class ApiDoor(ApiSettings api, IReadOnlyList<Function> functions, EmulatorConsole console, TimeProvider time)
{
    private readonly bool _isRest = api.Kind == ApiKind.Rest;
    private readonly RouteTable _routes = new(api.Routes, api.Kind);
    private readonly Dictionary<string, Function> _functions = functions.ToDictionary(function => function.Settings.Name, StringComparer.Ordinal);
    private readonly IApiEndpoint _endpoint = api.Kind == ApiKind.Rest ? new RestApiEndpoint(api, console, time) : new HttpApiEndpoint(api, time);
    private readonly LambdaApiDoor _lambdaApi = new(functions, api.Account, api.Limits, time);
    private readonly SignatureVerifier _verifier = new(api.Account, time, RouteAuth.Service);
    private readonly CallerCheck _callers = new(api.Doors);

    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        LambdaError? error;
        try
        {
            error = await ServeAsync(context, target);
        }
        catch (ThrottledException exception)
        {
            error = Error(StatusCodes.Status500InternalServerError, "InternalServerErrorException", "Internal server error", exception.Message);
        }
        if (error is not null)
            await ErrorAnswer.WriteAsync(context, target, error, api.Name, console);
    }

    private async Task<LambdaError?> ServeAsync(HttpContext context, RequestTarget target)
    {
        if (_callers.RefuseHost(context) is { } stranger)
            return stranger;
        if (ErrorAnswer.Unusable(context.Request.Method, target) is { } unusable)
            return unusable;
        if (LambdaApiRoute.Parse(context.Request.Method, target.Path) is { } route)
            return _callers.RefusePage(context) ?? await _lambdaApi.HandleAsync(context, target, route);
        if (PathInStage(target.Path) is not { } path)
        {
            string explanation = $"the path does not begin with the stage, {api.StagePath}/.";
            return _isRest ? Error(StatusCodes.Status403Forbidden, "ForbiddenException", "Forbidden", explanation) : NotFound(explanation);
        }
        if (_routes.Find(context.Request.Method, path) is not { } match)
            return NoRoute(context.Request.Method, path);
        return _callers.RefuseForeignPage(context) ?? await CallAsync(context, target, path, match);
    }

    private async Task<LambdaError?> CallAsync(HttpContext context, RequestTarget target, string path, RouteMatch match)
    {
        if (await RequestBody.ReadAsync(context, api.Limits.ApiRequest) is not { } body)
        {
            return Error(
                StatusCodes.Status413PayloadTooLarge,
                "RequestEntityTooLargeException",
                $"HTTP content length exceeded {api.Limits.ApiRequest} bytes.",
                "API Gateway takes no more. --no-limits lifts this limit.");
        }
        RouteAuth auth = match.Route.Auth;
        if (auth.Authorizer is { } authorizer)
        {
            return Error(
                StatusCodes.Status401Unauthorized,
                "UnauthorizedException",
                "Unauthorized",
                $"the authorizer {authorizer} is not reproduced here. Start the emulator with --auth NONE to open the route to all.");
        }
        if (auth.IsSigned && _verifier.Verify(context.Request, target, body) is { } denied)
            return denied.Type == LambdaError.MissingToken ? Unsigned(denied) : denied;
        string? key = auth.NeedsKey ? context.Request.Headers[RouteAuth.KeyHeader].ToString() : null;
        if (key is not null && !api.Keys.Contains(key))
        {
            string explanation = $"{(key.Length == 0 ? "it has no API key" : "its API key is not one of this API's")}. "
                + $"Send one as {RouteAuth.KeyHeader}, as the curl line above does.";
            return Error(StatusCodes.Status403Forbidden, "ForbiddenException", "Forbidden", explanation);
        }
        return await _endpoint.HandleAsync(new ApiRequest(context, target, path, match, body, key), _functions[match.Route.Function]);
    }

    private string? PathInStage(string path) =>
        path == api.StagePath ? "/"
        : path.StartsWith(api.StagePath + "/", StringComparison.Ordinal) ? path[api.StagePath.Length..]
        : null;

    // The answer is AWS's, and has misled many: a path that is not there has nothing to do with tokens.
    private LambdaError NoRoute(string method, string path)
    {
        string routes = string.Join(", ", api.Routes.Select(route => $"{route.Method} {route.Resource}"));
        string explanation = $"the API has no route for {method} {path}. It has: {routes}.";
        return _isRest
            ? Error(StatusCodes.Status403Forbidden, LambdaError.MissingToken, "Missing Authentication Token", explanation)
            : NotFound(explanation);
    }

    private LambdaError Unsigned(LambdaError denied)
    {
        string explanation = $"{denied.Explanation} Sign it for the service {RouteAuth.Service}, as the curl line above does, "
            + "or start the emulator with --auth NONE to take plain ones.";
        return _isRest
            ? denied with { Explanation = explanation }
            : Error(StatusCodes.Status403Forbidden, "ForbiddenException", "Forbidden", explanation);
    }

    private static LambdaError NotFound(string explanation) => Error(StatusCodes.Status404NotFound, "NotFoundException", "Not Found", explanation);

    private static LambdaError Error(int status, string type, string message, string explanation) =>
        new(status, type, message) { Explanation = explanation };
}
