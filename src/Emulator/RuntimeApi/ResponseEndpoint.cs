// Response streaming, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary><c>POST /runtime/invocation/{id}/response</c>: hands what arrives to the receiver, at once and without keeping it.</summary>
internal sealed class ResponseEndpoint(RuntimeState state, FunctionLog log, Limits limits, TimeProvider time)
{
    private const string ModeHeader = "Lambda-Runtime-Function-Response-Mode";
    private const string StreamingMode = "streaming";

    /// <summary>When a connection breaks because its process ended, the news of that end takes this long at most.</summary>
    private static readonly TimeSpan NewsOfExit = TimeSpan.FromMilliseconds(500);

    /// <summary>Handles the request; a refusal still has to be answered.</summary>
    public async Task<Refusal?> HandleAsync(HttpContext context, string requestId)
    {
        if (state.Find(requestId, RuntimeApiEndpoints.InvocationIdOf(context), out Invocation? invocation) is { } refusal)
            return refusal;

        string mode = context.Request.Headers[ModeHeader].ToString();
        if (mode.Length > 0 && !mode.Equals(StreamingMode, StringComparison.OrdinalIgnoreCase))
        {
            if (!invocation!.TryFail(InvocationOutcome.PlatformError(ErrorTypes.InvalidResponseMode, requestId, "Invalid function response mode")))
                return Refusal.InvalidRequestId(requestId);
            state.EndAnswer(invocation);
            return Refusal.InvalidResponseMode(mode);
        }

        using (ResponseInProgress? response = invocation!.TryBeginResponse())
        {
            if (response is null)
                return invocation.IsAbandoned ? Refusal.TooLate(requestId) : Refusal.InvalidRequestId(requestId);
            try
            {
                (InvocationOutcome outcome, refusal) = await CopyAsync(context, invocation, response);
                response.End(outcome);
            }
            finally
            {
                // Before the runtime has its answer, which is when it may ask for the next invocation.
                state.EndAnswer(invocation);
            }
        }
        if (refusal is null)
            await RuntimeApiEndpoints.AcceptAsync(context);
        return refusal;
    }

    private async Task<(InvocationOutcome Outcome, Refusal? Refusal)> CopyAsync(
        HttpContext context, Invocation invocation, ResponseInProgress response)
    {
        string requestId = invocation.Request.RequestId;
        bool isStreamed = invocation.Receiver.Mode == InvokeMode.ResponseStream;
        long limit = isStreamed ? limits.StreamedResponse : limits.BufferedPayload;
        var bandwidth = new BandwidthLimiter(limits with { Burst = invocation.Receiver.Burst ?? limits.Burst }, time);
        var receiver = new GuardedReceiver(invocation.Receiver);
        PipeReader reader = context.Request.BodyReader;
        try
        {
            invocation.Observer?.OnResponse(context.Request.ContentType);
            receiver.Start(context.Request.ContentType);
            while (true)
            {
                ReadResult result = await reader.ReadAsync(invocation.Cut);
                ReadOnlySequence<byte> data = result.Buffer;
                if (!data.IsEmpty)
                {
                    bool isTooMuch = invocation.ResponseBytes + data.Length > limit;
                    if (isTooMuch)
                        data = data.Slice(0, limit - invocation.ResponseBytes);
                    invocation.CountResponse(data, time.GetTimestamp());
                    if (isStreamed)
                        await bandwidth.WaitAsync(data.Length, invocation.Cut);
                    await receiver.WriteAsync(data, invocation.Cut);
                    if (isTooMuch)
                    {
                        // Kestrel drops the rest of a body only where nobody is still reading it; else it breaks the connection, and the answer
                        // with it.
                        reader.AdvanceTo(result.Buffer.End);
                        string message = $"Response payload size exceeded maximum allowed payload size ({limit} bytes).";
                        var tooLarge = InvocationOutcome.PlatformError(ErrorTypes.ResponseSizeTooLarge, requestId, message);
                        return (tooLarge, Refusal.TooLarge(limit));
                    }
                }
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return (Conclude(receiver, requestId) ?? ReadTrailers(context.Request, invocation), null);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            response.BreakOff();
            Refusal refusal = await FindReasonAsync(invocation);
            return (InvocationOutcome.PlatformError(ErrorTypes.TruncatedResponse, requestId, "Response was truncated"), refusal);
        }
    }

    // The platform cut it off, or the process ended, which comes to light a moment later, or the runtime broke off.
    private async Task<Refusal> FindReasonAsync(Invocation invocation)
    {
        await Task.WhenAny(invocation.Judged, state.Closed, Task.Delay(NewsOfExit, time, CancellationToken.None));
        if (state.Closed.IsCompleted)
            await Task.WhenAny(invocation.Judged, invocation.Finished);
        return invocation.Cut.IsCancellationRequested ? Refusal.CutOff(invocation.Request.RequestId)
            : state.Closed.IsCompleted || invocation.Judged.IsCompleted ? Refusal.ProcessEnded
            : Refusal.BrokenOff;
    }

    private InvocationOutcome? Conclude(GuardedReceiver receiver, string requestId)
    {
        if (receiver.Failure is not { } failure)
            return null;

        string message = $"The response cannot be handed to the caller: {failure.Message}";
        log.WriteLine(message);
        return InvocationOutcome.PlatformError(ErrorTypes.UnusableResponse, requestId, message);
    }

    private static InvocationOutcome ReadTrailers(HttpRequest request, Invocation invocation)
    {
        if (request.HttpContext.Features.Get<IHttpRequestTrailersFeature>() is not { Available: true, Trailers: { Count: > 0 } trailers })
            return InvocationOutcome.Success;

        invocation.Observer?.OnTrailers(trailers);

        string type = request.GetTrailer(ErrorReport.TypeHeader).ToString();
        string body = request.GetTrailer(ErrorReport.BodyTrailer).ToString();
        return type.Length > 0 || body.Length > 0 ? ErrorReport.ReadTrailers(type, body) : InvocationOutcome.Success;
    }
}
