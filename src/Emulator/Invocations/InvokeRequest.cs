namespace StreamingLambda.Emulator.Invocations;

/// <summary>What a caller asks of a function.</summary>
internal sealed record InvokeRequest
{
    /// <summary>Identifies the invocation for the caller, the function and the log.</summary>
    public required string RequestId { get; init; }

    /// <summary>The event as it came.</summary>
    public required ReadOnlyMemory<byte> Event { get; init; }

    /// <summary>X-Ray trace header, <c>Root=...;Parent=...;Sampled=0</c>.</summary>
    public required string TraceId { get; init; }

    /// <summary>Version or alias that the caller asked for, else null: part of the ARN that the function sees.</summary>
    public string? Qualifier { get; init; }

    /// <summary>Client context as JSON, else null.</summary>
    public string? ClientContext { get; init; }

    /// <summary>Tenant of a function in tenant isolation mode, else null.</summary>
    public string? TenantId { get; init; }

    /// <summary>Who waits for it, null: nobody who says so.</summary>
    public Caller? Caller { get; init; }

    /// <summary>Whether nobody waits for the outcome. Such an invocation always waits for its turn and is never throttled.</summary>
    public bool IsAsynchronous { get; init; }

    /// <summary>Fires when the caller has closed its side of the connection. It may have left: others go first.</summary>
    public CancellationToken CallerClosed { get; init; }
}
