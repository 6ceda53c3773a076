namespace StreamingLambda.Emulator.Invocations;

/// <summary>
/// A response between its first byte and its last. Its disposal settles the invocation: whatever is thrown on the way, the caller gets an
/// outcome and the next invocation its turn.
/// </summary>
internal sealed class ResponseInProgress(Invocation invocation) : IDisposable
{
    /// <summary>The connection broke in the middle. The runtime may ask for the next invocation; <see cref="End"/> follows.</summary>
    public void BreakOff() => invocation.BreakOff();

    /// <summary>The response ended, well or not.</summary>
    public void End(InvocationOutcome outcome) => invocation.EndResponse(outcome);

    public void Dispose() => invocation.EndResponse(
        InvocationOutcome.PlatformError(ErrorTypes.SandboxFailure, invocation.Request.RequestId, "The response could not be passed on"));
}
