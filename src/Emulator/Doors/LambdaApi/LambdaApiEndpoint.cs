// Invoke and InvokeWithResponseStream, https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
using System.Globalization;
using System.Text;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>The part of the Lambda API that SDKs and the AWS CLI invoke functions with.</summary>
internal sealed class LambdaApiEndpoint(IReadOnlyList<Function> functions, Account account, TimeProvider time)
{
    /// <summary>Handles a call, the body of which is the event. Not null: what is wrong with it.</summary>
    public async Task<LambdaError?> HandleAsync(HttpContext context, RequestTarget target, LambdaApiRoute route, ReadOnlyMemory<byte> body)
    {
        HttpRequest request = context.Request;
        if (route.Operation is not { } operation)
            return NotImplemented(request.Method, target.Path);

        string? qualifier = target.Parameters().TryGetValue("Qualifier", out string? given) && given.Length > 0 ? given : null;
        if (FunctionReference.Parse(route.Function, qualifier, out LambdaError? error) is not { } reference
            || InvokeParameters.Read(request.Headers, operation, out error) is not { } parameters)
        {
            return error;
        }
        if (Find(reference) is not { } function)
            return reference.NotFound(account);

        byte[] payload = body.IsEmpty ? "{}"u8.ToArray() : body.ToArray();
        if (StrictJson.WhyNot(payload) is { } reason)
        {
            return new LambdaError(
                StatusCodes.Status400BadRequest,
                "InvalidRequestContentException",
                $"Could not parse request body into json: Could not parse payload into json: {reason}")
            { HasUserType = true };
        }
        if (parameters.IsAsynchronous && payload.Length > function.Settings.Limits.AsynchronousEvent)
            return TooLargeForEvent(payload.Length, function.Settings.Limits);

        var invoke = new InvokeRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Event = payload,
            TraceId = TraceHeader.For(request, time.GetUtcNow()).ForFunction,
            Qualifier = reference.Qualifier,
            ClientContext = parameters.ClientContext,
            TenantId = parameters.TenantId,
            IsAsynchronous = parameters.IsAsynchronous,
            Caller = new Caller(Caller.LambdaApi),
            CallerClosed = HalfOpenConnection.ClosedBy(context),
        };
        context.Response.Headers["x-amzn-RequestId"] = invoke.RequestId;
        if (invoke.IsAsynchronous)
        {
            StartAsynchronously(context.Response, function, invoke);
            return null;
        }

        context.Response.Headers["X-Amz-Executed-Version"] = "$LATEST";
        if (parameters.IsDryRun)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else if (operation == LambdaApiOperation.InvokeWithResponseStream)
            await StreamAsync(context.Response, function, invoke, parameters.WantsLog);
        else
            await InvokeAsync(context.Response, function, invoke, parameters.WantsLog);
        return null;
    }

    private static LambdaError NotImplemented(string method, string path) => new(
        StatusCodes.Status404NotFound,
        "UnknownOperationException",
        $"{method} {path} is not among the operations of the Lambda API that this emulator has: "
            + "Invoke (POST /2015-03-31/functions/NAME/invocations) and InvokeWithResponseStream "
            + "(POST /2021-11-15/functions/NAME/response-streaming-invocations).");

    private static LambdaError TooLargeForEvent(int length, Limits limits) => new(
        StatusCodes.Status413PayloadTooLarge,
        "RequestEntityTooLargeException",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{length} byte payload is too large for the Event invocation type (limit {limits.AsynchronousEvent} bytes)"))
    {
        HasUserType = true,
        HasCapitalMessage = true,
    };

    private Function? Find(FunctionReference reference) => reference.Region.Length > 0 && reference.Region != account.Region
        ? null
        : functions.FirstOrDefault(function => function.Settings.Name == reference.Name);

    private static void StartAsynchronously(HttpResponse response, Function function, InvokeRequest invoke)
    {
        _ = function.InvokeAsync(new Invocation(invoke, new BufferedResponse()));
        response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task InvokeAsync(HttpResponse response, Function function, InvokeRequest invoke, bool wantsLog)
    {
        var receiver = new BufferedResponse();
        var invocation = new Invocation(invoke, receiver);
        InvocationOutcome outcome = await function.InvokeAsync(invocation);
        if (wantsLog)
            response.Headers["X-Amz-Log-Result"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(await function.LogTailAsync(invocation)));
        if (outcome.IsError)
            response.Headers["X-Amz-Function-Error"] = "Unhandled";
        await WholeAnswer.WriteAsync(response, StatusCodes.Status200OK, "application/json", outcome.IsError ? outcome.ErrorBody : receiver.Body);
    }

    private static async Task StreamAsync(HttpResponse response, Function function, InvokeRequest invoke, bool wantsLog)
    {
        response.ContentType = "application/vnd.amazon.eventstream";
        var receiver = new EventStreamResponse(response);
        var invocation = new Invocation(invoke, receiver);
        InvocationOutcome outcome = await function.InvokeAsync(invocation);
        await receiver.CompleteAsync(outcome, wantsLog ? await function.LogTailAsync(invocation) : null);
    }
}
