namespace StreamingLambda.Runtime;

/// <summary>A handler returned before its response was complete. Reported to Lambda, never thrown at the handler.</summary>
internal sealed class ResponseIncompleteException : Exception
{
    private ResponseIncompleteException(string errorType, string message)
        : base(message) => ErrorType = errorType;

    /// <summary>What Lambda records: <c>Function.ResponseNotWritten</c> or <c>Function.ResponseNotFinished</c>.</summary>
    public string ErrorType { get; }

    public static ResponseIncompleteException NotWritten() => new("Function.ResponseNotWritten",
        "The handler returned without writing a response. Call WriteAsync and FinishAsync (or WriteAndFinishAsync) before it returns; FinishAsync alone sends an empty response.");

    public static ResponseIncompleteException NotFinished() => new("Function.ResponseNotFinished",
        "The handler returned without finishing its response. Call FinishAsync once, after the last write, and await it.");
}
