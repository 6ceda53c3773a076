namespace StreamingLambda.Runtime.Logging;

/// <summary>The ids that a log line carries.</summary>
internal sealed record LogScope(string? RequestId = null, string? TenantId = null, string? TraceId = null)
{
    /// <summary>Outside of an invocation.</summary>
    public static readonly LogScope Process = new();
}
