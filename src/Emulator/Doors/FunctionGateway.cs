using Microsoft.AspNetCore.Http.Features;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.Auth;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Doors.LambdaApi;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Doors;

/// <summary>What stands behind one port: a function URL, the Lambda API, and the emulator's own door for ready-made events.</summary>
internal sealed class FunctionGateway(Function function, IReadOnlyList<Function> all, EmulatorConsole console, TimeProvider time)
{
    /// <summary>Takes a ready-made event, unsigned: for development.</summary>
    public const string InvokePath = "/invoke";

    private const string Forbidden =
        "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

    private readonly FunctionUrlEndpoint _url = new(function, console, time);
    private readonly LambdaApiEndpoint _api = new(all, time);
    private readonly SignatureVerifier _verifier = new(function.Settings.Account, time);

    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, function.Settings.Limits.BufferedPayload) is not { } body)
            return;

        bool isSigned = function.Settings.AuthType == AuthType.AwsIam;
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path == InvokePath)
        {
            await _url.InvokeAsync(context, body);
        }
        else if (LambdaApiEndpoint.Serves(context.Request))
        {
            if (!isSigned || await IsAllowedAsync(context, body, isFunctionUrl: false))
                await _api.HandleAsync(context, body);
        }
        else if (!function.Settings.HasUrl)
        {
            await JsonAnswer.WriteErrorAsync(
                context.Response, StatusCodes.Status404NotFound, "ResourceNotFoundException", "Message",
                $"No function here has a URL. Invoke {function.Settings.Name} through the Lambda API, with POST {InvokePath}, or give it a "
                    + "FunctionUrlConfig.");
        }
        else if (!isSigned || await IsAllowedAsync(context, body, isFunctionUrl: true))
        {
            await _url.HandleAsync(context, body, isSigned ? function.Settings.Account.AccessKeyId : null);
        }
    }

    private async Task<bool> IsAllowedAsync(HttpContext context, ReadOnlyMemory<byte> body, bool isFunctionUrl)
    {
        var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (_verifier.Verify(context.Request, target, body) is not { } denial)
            return true;

        console.WriteLine(function.Settings.Name, $"403 for {context.Request.Method} {target.Path}: {denial.Explanation}");
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        // A function URL has its own answer to requests without a signature; the rest is the same everywhere.
        if (isFunctionUrl && denial.ErrorType == Denial.MissingToken)
            await JsonAnswer.WriteErrorAsync(context.Response, StatusCodes.Status403Forbidden, "AccessDeniedException", "Message", Forbidden);
        else
            await JsonAnswer.WriteErrorAsync(context.Response, StatusCodes.Status403Forbidden, denial.ErrorType, "message", denial.Message);
        return false;
    }
}
