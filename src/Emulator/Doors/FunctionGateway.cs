using Microsoft.AspNetCore.Http.Features;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.Auth;
using StreamingLambda.Emulator.Doors.Callers;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Doors.LambdaApi;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Doors;

/// <summary>
/// What stands behind one port, told apart by who may come in: the function URL, the Lambda API for those who sign, and the emulator's own door for
/// ready-made events.
/// </summary>
internal sealed class FunctionGateway(Function function, IReadOnlyList<Function> all, EmulatorConsole console, TimeProvider time)
{
    private const string Forbidden =
        "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

    private readonly FunctionSettings _settings = function.Settings;
    private readonly FunctionUrlEndpoint _url = new(function, console, time);
    private readonly LambdaApiDoor _api = new(all, function.Settings.Account, function.Settings.Limits, time);
    private readonly SignatureVerifier _verifier = new(function.Settings.Account, time);
    private readonly CallerCheck _callers = new(function.Settings.Doors);
    private readonly CorsPolicy? _cors = function.Settings.Cors is { } settings ? new CorsPolicy(settings) : null;

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
            context.Response.Headers.Remove("X-Amz-Executed-Version");
            error = LambdaError.Throttled(exception.Message);
        }
        if (error is not null)
            await ErrorAnswer.WriteAsync(context, target, error, _settings.Name, console);
    }

    private async Task<LambdaError?> ServeAsync(HttpContext context, RequestTarget target)
    {
        if (_callers.RefuseHost(context) is { } stranger)
            return stranger;
        if (ErrorAnswer.Unusable(context.Request.Method, target) is { } unusable)
            return unusable;
        if (HttpMethods.IsPost(context.Request.Method) && target.Path == _settings.Doors.InvokePath && target.Query.Length == 0)
            return _callers.RefusePage(context) ?? await InvokeAsync(context);
        if (LambdaApiRoute.Parse(context.Request.Method, target.Path) is { } route)
            return _callers.RefusePage(context) ?? await _api.HandleAsync(context, target, route);
        return _settings.HasUrl ? await CallUrlAsync(context, target) : NoUrl();
    }

    private LambdaError NoUrl() => new(
        StatusCodes.Status404NotFound,
        "ResourceNotFoundException",
        $"No function here has a URL. Invoke {_settings.Name} through the Lambda API"
            + $"{(_settings.Doors.InvokePath is { } path ? $", with POST {path}," : "")} or give it a FunctionUrlConfig.")
    {
        HasCapitalMessage = true,
    };

    private async Task<LambdaError?> InvokeAsync(HttpContext context) =>
        await RequestBody.ReadAsync(context, _settings.Limits.Event) is { } body
            ? await _url.InvokeAsync(context, body)
            : LambdaError.TooLarge(_settings.Limits);

    private async Task<LambdaError?> CallUrlAsync(HttpContext context, RequestTarget target)
    {
        if (_cors is not null && CorsPolicy.IsPreflight(context.Request))
        {
            if (!_cors.AnswerPreflight(context))
            {
                console.WriteLine(
                    _settings.Name,
                    $"A web page of {context.Request.Headers.Origin} asked whether it may call; AllowOrigins in FunctionUrlConfig.Cors has it not.");
            }
            return null;
        }
        if (_callers.RefusePage(context, origin => _cors?.Allows(origin) == true) is { } page)
            return page;

        _cors?.AddHeaders(context);
        if (await RequestBody.ReadAsync(context, _settings.Limits.Event) is not { } body)
            return LambdaError.TooLarge(_settings.Limits);

        bool isSigned = _settings.AuthType == AuthType.AwsIam;
        if (isSigned && _verifier.Verify(context.Request, target, body) is { } denied)
            return denied.Type == LambdaError.MissingToken ? Unsigned(denied) : denied;
        return await _url.HandleAsync(context, target, body, isSigned ? _settings.Account.AccessKeyId : null);
    }

    // A function URL has its own answer to requests without a signature; the rest is the same everywhere.
    private static LambdaError Unsigned(LambdaError denied) => new(StatusCodes.Status403Forbidden, LambdaError.AccessDenied, Forbidden)
    {
        HasCapitalMessage = true,
        Explanation = $"{denied.Explanation} Sign it, as the curl line above does, or start the emulator with --auth NONE to take plain ones.",
    };
}
