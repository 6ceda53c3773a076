namespace StreamingLambda.Testing;

/// <summary>The error that was reported to Lambda when a handler failed.</summary>
/// <example><code>Assert.Equal("TimeoutException", response.Error?.Type);</code></example>
public sealed class ReportedError
{
    /// <summary>The name of the exception's type, or what the runtime reports by itself: <c>Function.ResponseNotWritten</c>,
    /// <c>Function.ResponseNotFinished</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The exception's message.</summary>
    public required string Message { get; init; }

    /// <summary>The stack trace, one frame each.</summary>
    public required IReadOnlyList<string> StackTrace { get; init; }

    /// <summary>The type as Lambda keeps it in logs and metrics, <c>Function.</c> and a name.</summary>
    public required string LambdaType { get; init; }

    /// <summary>Whether the response had begun, so that the error followed the body in trailers and the caller of a function URL saw the bytes
    /// written so far; otherwise there was no response.</summary>
    public required bool IsMidResponse { get; init; }
}
