namespace StreamingLambda.Testing;

/// <summary>The error that was reported to Lambda when a handler failed.</summary>
/// <param name="Type">The name of the exception's type, or what the runtime reports by itself: <c>Function.ResponseNotWritten</c>,
/// <c>Function.ResponseNotFinished</c>.</param>
/// <param name="Message">The exception's message.</param>
/// <param name="StackTrace">One frame each.</param>
/// <param name="LambdaType">The type as Lambda keeps it in logs and metrics, <c>Function.</c> and a name.</param>
/// <param name="IsMidResponse">Whether the response had begun, so that the error followed the body in trailers and the caller of a
/// function URL saw the bytes written so far; otherwise there was no response.</param>
/// <example><code>Assert.Equal("TimeoutException", response.Error?.Type);</code></example>
public sealed record ReportedError(string Type, string Message, IReadOnlyList<string> StackTrace, string LambdaType, bool IsMidResponse);
