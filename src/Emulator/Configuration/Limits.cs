namespace StreamingLambda.Emulator.Configuration;

/// <summary>Lambda's limits on sizes and rates, in bytes (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).</summary>
internal sealed record Limits
{
    /// <summary>What Lambda enforces.</summary>
    public static readonly Limits Lambda = new();

    /// <summary>No limit at all: for measurements.</summary>
    public static readonly Limits None = new()
    {
        Event = long.MaxValue,
        AsynchronousEvent = long.MaxValue,
        BufferedPayload = long.MaxValue,
        StreamedResponse = long.MaxValue,
        Bandwidth = long.MaxValue,
        ApiRequest = long.MaxValue,
    };

    /// <summary>An event, as JSON: of a function URL's event the body is only a part.</summary>
    public long Event { get; init; } = 6 * 1024 * 1024;

    /// <summary>An event that nobody waits for.</summary>
    public long AsynchronousEvent { get; init; } = 1024 * 1024;

    /// <summary>A buffered response: 6 MiB and the 100 bytes that the platform allows for its envelope.</summary>
    public long BufferedPayload { get; init; } = (6 * 1024 * 1024) + 100;

    /// <summary>A streamed response.</summary>
    public long StreamedResponse { get; init; } = 200L * 1024 * 1024;

    /// <summary>What a streamed response may send as fast as it can.</summary>
    public long Burst { get; init; } = 6 * 1024 * 1024;

    /// <summary>The same for a response through a REST API, which has a rule of its own
    /// (https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html).</summary>
    public long ApiBurst { get; init; } = 10 * 1024 * 1024;

    /// <summary>The body of a request to an API.</summary>
    public long ApiRequest { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes a second after the burst.</summary>
    public long Bandwidth { get; init; } = 2 * 1024 * 1024;
}
