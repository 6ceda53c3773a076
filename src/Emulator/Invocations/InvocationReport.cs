namespace StreamingLambda.Emulator.Invocations;

/// <summary>The figures of a <c>REPORT</c> line.</summary>
/// <param name="Duration">From the event's delivery until the runtime was through with it.</param>
/// <param name="Billed">Duration and init, which Lambda bills in whole milliseconds.</param>
/// <param name="Init">How long the process took to start, when it was started for this invocation.</param>
/// <param name="MemorySize">What the function is configured with, in MB.</param>
/// <param name="MaxMemoryUsed">The most that its process had so far, in MB.</param>
/// <param name="Status"><c>success</c>, <c>error</c> or <c>timeout</c>.</param>
/// <param name="ErrorType">The type in Lambda's form; null when it succeeded.</param>
internal sealed record InvocationReport(
    TimeSpan Duration, TimeSpan Billed, TimeSpan? Init, int MemorySize, long MaxMemoryUsed, string Status, string? ErrorType);
