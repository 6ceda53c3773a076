namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>The platform says no to a runtime: the answer that it gets, and the sentence with the rule that the developer reads.</summary>
internal sealed record Refusal(int Status, string ErrorType, string ErrorMessage, string Explanation)
{
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

    /// <summary>410: the answer comes too late, or belongs to another attempt.</summary>
    public static Refusal InvokeTimeout(string requestId) => new(
        StatusCodes.Status410Gone,
        "InvokeTimeout",
        $"Invoke timeout: the invocation {requestId} is over",
        $"it answered {requestId} after that invocation was over, or with the Lambda-Runtime-Invocation-Id of another attempt. "
            + "Rule: log a 410, drop the answer and ask for the next invocation.");

    /// <summary>400: the response mode header is neither absent nor "streaming".</summary>
    public static Refusal InvalidResponseMode(string mode) => new(
        StatusCodes.Status400BadRequest,
        "InvalidFunctionResponseMode",
        "Invalid function response mode",
        $"it sent Lambda-Runtime-Function-Response-Mode: {mode}. Rule: the only value is 'streaming'; leave the header out for a buffered response.");

    /// <summary>413: more than Lambda passes on.</summary>
    public static Refusal TooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        "RequestEntityTooLarge",
        $"Exceeded maximum allowed payload size ({limit} bytes).",
        $"its response is longer than {limit} bytes. Rule: 6 MB when the caller takes it in one piece, 200 MB when it is streamed "
            + "(--no-limits lifts both).");

    /// <summary>400: the body broke off.</summary>
    public static readonly Refusal Truncated = new(
        StatusCodes.Status400BadRequest,
        "TruncatedHTTPRequest",
        "HTTP request is truncated",
        "it ended the connection in the middle of its response. Rule: a chunked body ends with a chunk of size 0, whatever happened before; "
            + "an error belongs into the trailers after it.");
}
