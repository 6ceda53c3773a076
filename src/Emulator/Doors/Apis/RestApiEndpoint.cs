// Lambda proxy integrations of REST APIs:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>Makes an invocation out of a request to a REST API, and a response out of its outcome.</summary>
internal sealed class RestApiEndpoint(ApiSettings api, EmulatorConsole console, TimeProvider time) : IApiEndpoint
{
    private static readonly LambdaError BadGateway =
        new(StatusCodes.Status502BadGateway, "InternalServerErrorException", "Internal server error");

    private static readonly LambdaError TimedOut =
        new(StatusCodes.Status504GatewayTimeout, "InternalServerErrorException", "Endpoint request timed out");

    public async Task<LambdaError?> HandleAsync(ApiRequest request, Function function)
    {
        var trace = TraceHeader.For(request.Context.Request, time.GetUtcNow());
        byte[] payload = RestApiEvent.Build(request, api, trace, time.GetUtcNow());
        if (payload.Length > api.Limits.Event)
        {
            return new LambdaError(StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLargeException", "Request Too Long")
            {
                Explanation =
                    $"the event is longer than the {api.Limits.Event} bytes that Lambda takes. Base64 counts. --no-limits lifts this limit.",
            };
        }
        RestResponseHead.Begin(request.Context.Response, request, trace.Root);
        bool isStreamed = request.Route.Mode == InvokeMode.ResponseStream;
        var invoke = new InvokeRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Event = payload,
            TraceId = trace.ForFunction,
            Caller = new Caller(Caller.RestApi, request.Context.Response) { IsStreamingApi = isStreamed },
            CallerClosed = HalfOpenConnection.ClosedBy(request.Context),
        };
        return isStreamed ? await StreamAsync(request, function, invoke) : await BufferAsync(request, function, invoke);
    }

    private async Task<LambdaError?> StreamAsync(ApiRequest request, Function function, InvokeRequest invoke)
    {
        using var clock = new ResponseClock(time, request.Route.Timeout, api.IdleLimit);
        var receiver = new RestStreamedResponse(request.Context, clock, api.Limits);
        var invocation = new Invocation(invoke, receiver);
        Task<InvocationOutcome> run = function.InvokeAsync(invocation);
        if (await Task.WhenAny(run, clock.Over) != run)
        {
            run.LeaveRunning();
            string reason = await clock.Over;
            if (!await receiver.CloseAsync())
                return TooLate(invocation, reason);
            console.WriteLine(function.Settings.Name, $"The caller's connection is cut: {reason}. The function goes on.");
            throw new CutOffException();
        }

        InvocationOutcome outcome = await run;
        if (receiver.Malformed is { } malformed)
            return Refused(invocation, $"what the function says about its response cannot be used: {malformed}");
        if (!outcome.IsError && receiver.IsPreludeMissing)
            return Refused(invocation, "the response ended before status and headers did (JSON, then eight NUL bytes), which a REST API asks for");
        if (!outcome.IsError)
            return null;
        if (!request.Context.Response.HasStarted)
            return BadGateway with { Explanation = "the function failed, see above." };
        if (outcome.IsCutOff || !api.EndsFailedStreams)
        {
            console.WriteLine(function.Settings.Name, "The caller's connection is cut: the function failed in the middle of its response.");
            throw new CutOffException();
        }
        return null;
    }

    private async Task<LambdaError?> BufferAsync(ApiRequest request, Function function, InvokeRequest invoke)
    {
        using var clock = new ResponseClock(time, request.Route.Timeout, idleLimit: null);
        var receiver = new BufferedResponse();
        var invocation = new Invocation(invoke, receiver);
        Task<InvocationOutcome> run = function.InvokeAsync(invocation);
        if (await Task.WhenAny(run, clock.Over) != run)
        {
            run.LeaveRunning();
            return TooLate(invocation, await clock.Over);
        }
        if ((await run).IsError)
            return BadGateway with { Explanation = "the function failed, see above." };

        RestEnvelope envelope;
        try
        {
            envelope = RestEnvelope.Read(receiver, api, request.Context.Request);
        }
        catch (FormatException exception)
        {
            return Refused(invocation, $"the response cannot be used: {exception.Message} (response transfer mode BUFFERED)");
        }
        HttpResponse response = request.Context.Response;
        RestResponseHead.Apply(response, envelope.Prelude);
        if (!HttpResponseHead.CanHaveBody(response.StatusCode))
            return null;
        response.ContentLength = envelope.Body.Length;
        await response.BodyWriter.WriteAsync(envelope.Body, CancellationToken.None);
        return null;
    }

    private static LambdaError Refused(Invocation invocation, string reason)
    {
        invocation.Observer?.OnRefused(reason);
        return BadGateway with { Explanation = $"{reason}." };
    }

    private static LambdaError TooLate(Invocation invocation, string reason)
    {
        invocation.Observer?.OnRefused(reason);
        return TimedOut with { Explanation = $"{reason}. The function goes on." };
    }
}

/// <summary>What stands behind the door of an API, for each kind of one.</summary>
internal interface IApiEndpoint
{
    /// <summary>Handles a request. Not null: the answer is this error.</summary>
    Task<LambdaError?> HandleAsync(ApiRequest request, Function function);
}
