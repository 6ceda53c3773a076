// Function URLs, https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>Makes an invocation out of an HTTP request, and an HTTP response out of its outcome.</summary>
internal sealed class FunctionUrlEndpoint(Function function, EmulatorConsole console, TimeProvider time)
{
    /// <summary>A request to the function URL, by a caller who may make it. Not null: what is wrong with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">Its target.</param>
    /// <param name="body">Its body.</param>
    /// <param name="caller">Who signed it; null when nobody has to.</param>
    public async Task<LambdaError?> HandleAsync(HttpContext context, RequestTarget target, ReadOnlyMemory<byte> body, string? caller)
    {
        var trace = TraceHeader.For(context.Request, time.GetUtcNow());
        string requestId = Guid.NewGuid().ToString();
        byte[] payload = FunctionUrlEvent.Build(context, target, body, requestId, trace, function.Settings.Account, caller, time.GetUtcNow());
        if (payload.Length > function.Settings.Limits.Event)
            return LambdaError.TooLarge(function.Settings.Limits);

        await InvokeAsync(context, payload, requestId, trace, Caller.FunctionUrl);
        return null;
    }

    /// <summary>A ready-made event, for development. None at all is an empty object, as for Lambda's own Invoke.</summary>
    public async Task<LambdaError?> InvokeAsync(HttpContext context, ReadOnlyMemory<byte> payload)
    {
        ReadOnlyMemory<byte> given = payload.IsEmpty ? "{}"u8.ToArray() : payload;
        var trace = TraceHeader.For(context.Request, time.GetUtcNow());
        await InvokeAsync(context, given, Guid.NewGuid().ToString(), trace, Caller.ReadyMadeEvent);
        return null;
    }

    private async Task InvokeAsync(HttpContext context, ReadOnlyMemory<byte> payload, string requestId, TraceHeader trace, string door)
    {
        var request = new InvokeRequest
        {
            RequestId = requestId,
            Event = payload,
            TraceId = trace.ForFunction,
            Caller = new Caller(door, context.Response),
            CallerClosed = HalfOpenConnection.ClosedBy(context),
        };
        HttpResponseHead.Begin(context.Response, requestId, trace.Root);
        if (function.Settings.InvokeMode == InvokeMode.ResponseStream)
            await StreamAsync(context, request);
        else
            await BufferAsync(context, request);
    }

    private async Task StreamAsync(HttpContext context, InvokeRequest request)
    {
        var receiver = new StreamedResponse(context.Response, function.Settings, console);
        var invocation = new Invocation(request, receiver);
        InvocationOutcome outcome = await function.InvokeAsync(invocation);
        if (receiver.Malformed is { } malformed)
            await RefuseAsync(context, invocation, $"what the function says about its response cannot be used: {malformed}");
        else if (!outcome.IsError && receiver.IsPreludeMissing)
            await RefuseAsync(context, invocation, "the response ended before the prelude did (JSON, then eight NUL bytes)");
        else if (!outcome.IsError)
            receiver.Finish();
        else if (!context.Response.HasStarted)
            await FailAsync(context.Response);
        else if (outcome.IsCutOff)
            throw new CutOffException();
    }

    private async Task BufferAsync(HttpContext context, InvokeRequest request)
    {
        var receiver = new BufferedResponse();
        var invocation = new Invocation(request, receiver);
        InvocationOutcome outcome = await function.InvokeAsync(invocation);
        if (outcome.IsError)
        {
            await FailAsync(context.Response);
            return;
        }

        BufferedEnvelope envelope;
        try
        {
            envelope = BufferedEnvelope.Read(receiver);
        }
        catch (FormatException exception)
        {
            await RefuseAsync(context, invocation, $"the response cannot be used: {exception.Message} (invoke mode BUFFERED)");
            return;
        }

        if (envelope.Prelude is { } prelude && HttpResponseHead.NoteOn(prelude) is { } note)
            console.WriteLine(function.Settings.Name, note);
        await envelope.WriteAsync(context.Response);
    }

    private async Task RefuseAsync(HttpContext context, Invocation invocation, string reason)
    {
        invocation.Observer?.OnRefused(reason);
        console.WriteLine(function.Settings.Name, $"The caller gets a 502: {reason}.");
        await FailAsync(context.Response);
    }

    // What every failure before the first byte looks like from outside; the reason is in the function's log.
    private static Task FailAsync(HttpResponse response) =>
        WholeAnswer.WriteAsync(response, StatusCodes.Status502BadGateway, "application/json", "Internal Server Error"u8.ToArray());
}
