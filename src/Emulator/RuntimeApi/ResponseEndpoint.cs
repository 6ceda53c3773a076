// Response streaming, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
using System.Buffers;
using System.IO.Pipelines;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary><c>POST /runtime/invocation/{id}/response</c>: hands what arrives to the receiver, at once and without keeping it.</summary>
internal sealed class ResponseEndpoint(RuntimeState state, Limits limits, TimeProvider time)
{
    private const string ModeHeader = "Lambda-Runtime-Function-Response-Mode";
    private const string StreamingMode = "streaming";

    /// <summary>How long the news of a process's end may take.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromMilliseconds(200);

    /// <summary>Handles the request; a refusal still has to be answered.</summary>
    public async Task<Refusal?> HandleAsync(HttpContext context, string requestId)
    {
        if (state.Find(requestId, RuntimeApiEndpoints.InvocationIdOf(context), out Invocation? invocation) is { } refusal)
            return refusal;

        string mode = context.Request.Headers[ModeHeader].ToString();
        if (mode.Length > 0 && !mode.Equals(StreamingMode, StringComparison.OrdinalIgnoreCase))
        {
            invocation!.TryFail(InvocationOutcome.PlatformError(ErrorTypes.InvalidResponseMode, requestId, "Invalid function response mode"));
            return Refusal.InvalidResponseMode(mode);
        }

        if (!invocation!.TryBeginResponse())
            return Refusal.InvalidRequestId(requestId);

        (InvocationOutcome outcome, refusal) = await CopyAsync(context, invocation);
        invocation.EndResponse(outcome);
        if (refusal is null)
            await RuntimeApiEndpoints.AcceptAsync(context);
        state.Answered(invocation);
        return refusal;
    }

    private async Task<(InvocationOutcome Outcome, Refusal? Refusal)> CopyAsync(HttpContext context, Invocation invocation)
    {
        string requestId = invocation.Request.RequestId;
        IResponseReceiver receiver = invocation.Receiver;
        bool isStreamed = receiver.Mode == InvokeMode.ResponseStream;
        long limit = isStreamed ? limits.StreamedResponse : limits.BufferedPayload;
        var bandwidth = new BandwidthLimiter(limits, time);
        PipeReader reader = context.Request.BodyReader;
        try
        {
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
                    invocation.CountResponse(data.Length, time.GetTimestamp());
                    if (isStreamed)
                        await bandwidth.WaitAsync(data.Length, invocation.Cut);
                    await receiver.WriteAsync(data, invocation.Cut);
                    if (isTooMuch)
                    {
                        var tooLarge = InvocationOutcome.PlatformError(
                            ErrorTypes.ResponseSizeTooLarge, requestId, $"Response payload size exceeded maximum allowed payload size ({limit} bytes).");
                        return (tooLarge, Refusal.TooLarge(limit));
                    }
                }
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return (ReadTrailers(context.Request), null);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The platform cut it off, or the process ended, which comes to light a moment later, or the runtime broke off.
            invocation.BreakOff();
            await Task.WhenAny(invocation.Judged, Task.Delay(Aftermath, time, CancellationToken.None));
            var truncated = InvocationOutcome.PlatformError(ErrorTypes.TruncatedResponse, requestId, "Response was truncated");
            return (truncated, invocation.Cut.IsCancellationRequested ? Refusal.InvokeTimeout(requestId) : Refusal.Truncated);
        }
    }

    private static InvocationOutcome ReadTrailers(HttpRequest request)
    {
        if (!request.CheckTrailersAvailable())
            return InvocationOutcome.Success;

        string type = request.GetTrailer(RuntimeError.TypeHeader).ToString();
        string body = request.GetTrailer(RuntimeError.BodyTrailer).ToString();
        return type.Length > 0 || body.Length > 0 ? RuntimeError.FromTrailers(type, body) : InvocationOutcome.Success;
    }
}
