namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>
/// The platform says no to a runtime: the answer that it gets, and what the developer reads. That names who can mend it: a runtime that breaks the
/// protocol, or a function for whose time or size the runtime only brings the message. Null: another line says everything.
/// </summary>
internal sealed record Refusal(int Status, string ErrorType, string ErrorMessage, string? Explanation)
{
    /// <summary>Whether the function is the reason, and the runtime did nothing wrong.</summary>
    public bool IsFunctionsDoing { get; private init; }

    /// <summary>403: the call does not fit the state.</summary>
    public static Refusal InvalidTransition(string from, string to, string explanation) => new(
        StatusCodes.Status403Forbidden,
        "InvalidStateTransition",
        $"State transition from {from} to {to} failed for runtime. Error: State transition is not allowed",
        explanation);

    /// <summary>400: no invocation of that id waits for an answer.</summary>
    public static Refusal InvalidRequestId(string requestId) => new(
        StatusCodes.Status400BadRequest,
        "InvalidRequestID",
        "Invalid request ID",
        $"it answered request id '{requestId}', which is not one it has to answer. Rule: answer the id from Lambda-Runtime-Aws-Request-Id, once.");

    /// <summary>410: the answer comes after the function's time was over.</summary>
    public static Refusal TooLate(string requestId) => InvokeTimeout(
        requestId,
        $"the function went on with {requestId} after its time was over. What it answers then is dropped: it has to end before its deadline, "
            + "or needs a longer Timeout.",
        isFunctionsDoing: true);

    /// <summary>410: the answer belongs to another attempt.</summary>
    public static Refusal OtherAttempt(string requestId) => InvokeTimeout(
        requestId,
        $"it answered {requestId} with the Lambda-Runtime-Invocation-Id of another attempt. Rule: echo the one that came with this invocation.");

    /// <summary>410: the platform cut the response off, which the verdict on the invocation explains.</summary>
    public static Refusal CutOff(string requestId) => InvokeTimeout(requestId, explanation: null);

    /// <summary>400 to nobody: the process ended in the middle of its response, which the verdict on the invocation explains.</summary>
    public static readonly Refusal ProcessEnded = Truncated(explanation: null);

    /// <summary>400: the response mode header is neither absent nor "streaming".</summary>
    public static Refusal InvalidResponseMode(string mode) => new(
        StatusCodes.Status400BadRequest,
        "InvalidFunctionResponseMode",
        "Invalid function response mode",
        $"it sent Lambda-Runtime-Function-Response-Mode: {mode}. Rule: the only value is 'streaming'; leave the header out for a buffered response.");

    /// <summary>413: more than Lambda passes on.</summary>
    public static Refusal TooLarge(long limit)
    {
        string explanation =
            $"the function's response is longer than {limit} bytes: 6 MB when the caller takes it in one piece, 200 MB when it is streamed "
                + "(--no-limits lifts both).";
        string message = $"Exceeded maximum allowed payload size ({limit} bytes).";
        return new(StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", message, explanation) { IsFunctionsDoing = true };
    }

    /// <summary>400: the body broke off.</summary>
    public static readonly Refusal BrokenOff = Truncated(
        "it ended the connection in the middle of its response. Rule: a chunked body ends with a chunk of size 0, whatever happened before; "
            + "an error belongs into the trailers after it.");

    private static Refusal InvokeTimeout(string requestId, string? explanation, bool isFunctionsDoing = false)
    {
        string message = $"Invoke timeout: the invocation {requestId} is over";
        return new(StatusCodes.Status410Gone, "InvokeTimeout", message, explanation) { IsFunctionsDoing = isFunctionsDoing };
    }

    private static Refusal Truncated(string? explanation) =>
        new(StatusCodes.Status400BadRequest, "TruncatedHTTPRequest", "HTTP request is truncated", explanation);
}
