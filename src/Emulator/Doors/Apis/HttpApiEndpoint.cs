// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>Makes an invocation out of a request to an HTTP API, which has a function URL's format in both directions and never streams.</summary>
internal sealed class HttpApiEndpoint(ApiSettings api, TimeProvider time) : IApiEndpoint
{
    public async Task<LambdaError?> HandleAsync(ApiRequest request, Function function)
    {
        HttpContext context = request.Context;
        var trace = TraceHeader.For(context.Request, time.GetUtcNow());
        string? caller = request.Route.Auth.IsSigned ? api.Account.AccessKeyId : null;
        byte[] payload = FunctionUrlEvent.Build(
            context, request.Target, request.Body, request.RequestId, trace, api.Account, caller, time.GetUtcNow(), Route(request));
        if (payload.Length > api.Limits.Event)
            return new LambdaError(StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLargeException", "Request Entity Too Large");

        context.Response.Headers["apigw-requestid"] = request.RequestId;
        using var clock = new ResponseClock(time, request.Route.Timeout, idleLimit: null);
        var receiver = new BufferedResponse();
        var invoke = new InvokeRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Event = payload,
            TraceId = trace.ForFunction,
            Caller = new Caller(Caller.HttpApi, context.Response),
            CallerClosed = HalfOpenConnection.ClosedBy(context),
        };
        var invocation = new Invocation(invoke, receiver);
        Task<InvocationOutcome> run = function.InvokeAsync(invocation);
        if (await Task.WhenAny(run, clock.Over) != run)
        {
            run.LeaveRunning();
            string reason = await clock.Over;
            invocation.Observer?.OnRefused(reason);
            return Failed(StatusCodes.Status503ServiceUnavailable, "Service Unavailable", $"{reason}. The function goes on.");
        }
        if ((await run).IsError)
            return Failed(StatusCodes.Status500InternalServerError, "Internal Server Error", "the function failed, see above.");
        try
        {
            await BufferedEnvelope.Read(receiver).WriteAsync(context.Response);
            return null;
        }
        catch (FormatException exception)
        {
            string unusable = $"the response cannot be used: {exception.Message}";
            invocation.Observer?.OnRefused(unusable);
            return Failed(StatusCodes.Status500InternalServerError, "Internal Server Error", $"{unusable}.");
        }
    }

    private HttpApiRoute Route(ApiRequest request) => new(
        request.Route.Resource == ApiSettings.DefaultStage ? ApiSettings.DefaultStage : $"{request.Route.Method} {request.Route.Resource}",
        api.Stage,
        request.Match.Parameters,
        api.StageVariables);

    private static LambdaError Failed(int status, string message, string explanation) =>
        new(status, "InternalServerErrorException", message) { Explanation = explanation };
}
