using StreamingLambda.Runtime.Errors;

namespace StreamingLambda.Runtime;

/// <summary>Why an invocation failed where no exception of the handler says it well. Reported to Lambda, never thrown at the handler.</summary>
internal sealed class InvocationFailedException : Exception, IErrorType
{
    private InvocationFailedException(string errorType, string message, Exception? innerException = null)
        : base(message, innerException) => ErrorType = errorType;

    /// <summary>What Lambda records, such as <c>Function.ResponseNotFinished</c>.</summary>
    public string ErrorType { get; }

    /// <summary>The handler returned before it wrote anything.</summary>
    public static InvocationFailedException ResponseNotWritten() => new("Function.ResponseNotWritten",
        "The handler returned without writing a response. Call WriteAsync and FinishAsync (or WriteAndFinishAsync) before it returns; FinishAsync "
        + "alone sends an empty response.");

    /// <summary>The handler returned between the first write and the end.</summary>
    public static InvocationFailedException ResponseNotFinished() => new("Function.ResponseNotFinished",
        "The handler returned without finishing its response. Call FinishAsync once, after the last write, and await it.");

    /// <summary>The handler gave up because its token fired shortly before the deadline.</summary>
    public static InvocationFailedException DeadlineNear(OperationCanceledException cancelled) => new("Function.DeadlineNear",
        "The handler was cancelled because its deadline was near. Give the function a longer timeout, or let the handler finish its response "
        + "when the token fires.",
        cancelled);

    /// <summary>The handler gave up because the process has to end.</summary>
    public static InvocationFailedException Stopping(OperationCanceledException cancelled) => new("Function.Stopping",
        "The handler was cancelled because Lambda is ending this environment (SIGTERM), or the process has lost the Runtime API, as its log says. "
        + "Let it finish its response when the token fires.",
        cancelled);
}
