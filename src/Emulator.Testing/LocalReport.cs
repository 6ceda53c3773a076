namespace StreamingLambda.Emulator.Testing;

/// <summary>The figures of Lambda's <c>REPORT</c> line.</summary>
/// <param name="Duration">From the event's delivery until the function was through with the invocation.</param>
/// <param name="BilledDuration">Duration and init, in whole milliseconds, rounded up.</param>
/// <param name="InitDuration">How long the process took to start; null where it ran already.</param>
/// <param name="MaxMemoryUsed">The most memory that the process had so far, in MB.</param>
/// <param name="Status"><c>success</c>, <c>error</c> or <c>timeout</c>.</param>
/// <example><code>Assert.Equal("success", invocation.Report?.Status);</code></example>
public sealed record LocalReport(TimeSpan Duration, TimeSpan BilledDuration, TimeSpan? InitDuration, long MaxMemoryUsed, string Status);
