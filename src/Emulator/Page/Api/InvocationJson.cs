using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>The invocations that are kept.</summary>
/// <param name="Invocations">The newest first.</param>
internal sealed record InvocationListJson(IEnumerable<InvocationJson> Invocations);

/// <summary>An invocation is not kept any more.</summary>
internal sealed record RemovedJson(string Id);

/// <summary>An invocation as it is now. Times are milliseconds from its beginning, unless their name says otherwise.</summary>
internal sealed record InvocationJson
{
    /// <summary>Its request id.</summary>
    public required string Id { get; init; }

    public required string Function { get; init; }

    /// <summary>The way it came.</summary>
    public required string Door { get; init; }

    /// <summary>Method and path of an HTTP request, else what kind of event it is.</summary>
    public required string Title { get; init; }

    public required DateTimeOffset Begun { get; init; }

    /// <summary>
    /// <c>waiting</c> (for a process), <c>running</c>, <c>responding</c>, <c>finishing</c> (the caller has its answer) or <c>ended</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary><c>success</c>, <c>error</c>, <c>timeout</c>; null before it is known.</summary>
    public string? Result { get; init; }

    /// <summary>The HTTP status: what the caller got, else what the function said.</summary>
    public int? Status { get; init; }

    /// <summary>The function's headers as the caller got them, else as the function said them. Cookies are among them.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Headers { get; init; }

    /// <summary>The content type of the response on its way from the function.</summary>
    public string? ContentType { get; init; }

    /// <summary>How many bytes at the response's beginning are status and headers.</summary>
    public int PreludeLength { get; init; }

    public InvocationErrorJson? Error { get; init; }

    /// <summary>Why the caller got an error instead of the function's response, which went well as far as the function knows.</summary>
    public string? Refusal { get; init; }

    public double? Delivered { get; init; }

    public double? FirstByte { get; init; }

    public double? LastByte { get; init; }

    public double? Answered { get; init; }

    public double? Ended { get; init; }

    public long Chunks { get; init; }

    public long Bytes { get; init; }

    /// <summary>Of the bytes, how many are kept: those at the beginning.</summary>
    public long KeptBytes { get; init; }

    public long LinesLost { get; init; }

    public required double TimeoutMs { get; init; }

    /// <summary>Bytes that a streamed response may send at full speed; null: without limit.</summary>
    public long? Burst { get; init; }

    /// <summary>Bytes a second after that; null: without limit.</summary>
    public long? Bandwidth { get; init; }

    /// <summary>The figures at its end, by the platform's names.</summary>
    public ReportJson? Report { get; init; }

    /// <summary>Describes an invocation.</summary>
    public static InvocationJson Of(RecordedInvocation invocation)
    {
        RecordedState state = invocation.Read();
        Limits limits = invocation.Function.Limits;
        bool isLimited = limits.Bandwidth != long.MaxValue;
        FunctionHead? said = FunctionHead.Read(invocation, state);
        return new InvocationJson
        {
            Id = invocation.Request.RequestId,
            Function = invocation.Function.Name,
            Door = invocation.Door,
            Title = invocation.Title,
            Begun = invocation.Begun,
            State = StateOf(state),
            Result = state.Report?.Status ?? (state.Outcome is { IsError: true } ? "error" : null),
            Status = state.Head?.Status ?? said?.Prelude?.StatusCode,
            Headers = (state.Head?.Headers ?? said?.Headers)?.Select(header => new[] { header.Key, header.Value }).ToArray(),
            ContentType = state.ContentType,
            PreludeLength = said?.Length ?? 0,
            Error = state.Outcome is { IsError: true } error ? InvocationErrorJson.Of(error, state.IsResponding) : null,
            Refusal = state.Refusal,
            Delivered = state.Delivered,
            FirstByte = state.FirstByte,
            LastByte = state.LastByte,
            Answered = state.Answered,
            Ended = state.Ended,
            Chunks = state.Chunks,
            Bytes = state.Bytes,
            KeptBytes = state.KeptBytes,
            LinesLost = state.LinesLost,
            TimeoutMs = invocation.Function.Timeout.TotalMilliseconds,
            Burst = !isLimited ? null : invocation.IsStreamedByApi ? limits.ApiBurst : limits.Burst,
            Bandwidth = isLimited ? limits.Bandwidth : null,
            Report = state.Report is { } report ? ReportJson.Of(report, state) : null,
        };
    }

    private static string StateOf(RecordedState state) =>
        state.HasEnded ? "ended"
        : state.Answered is not null ? "finishing"
        : state.IsResponding ? "responding"
        : state.Delivered is not null ? "running"
        : "waiting";
}

/// <summary>What went wrong.</summary>
/// <param name="Type">As the runtime or the platform named it.</param>
/// <param name="Body">The error as it was reported, JSON as a rule.</param>
/// <param name="From"><c>platform</c>, <c>trailers</c> (in the middle of the response) or <c>runtime</c> (instead of a response).</param>
internal sealed record InvocationErrorJson(string Type, string Body, string From)
{
    public static InvocationErrorJson Of(InvocationOutcome outcome, bool isInResponse) =>
        new(outcome.ErrorType!, outcome.ErrorText, outcome.IsFoundByPlatform ? "platform" : isInResponse ? "trailers" : "runtime");
}

/// <summary>The figures of the <c>REPORT</c> line and of Lambda's <c>platform.runtimeDone</c>, by their names there.</summary>
internal sealed record ReportJson
{
    public required double DurationMs { get; init; }

    public required double BilledDurationMs { get; init; }

    public double? InitDurationMs { get; init; }

    public required long MemorySizeMB { get; init; }

    public required long MaxMemoryUsedMB { get; init; }

    /// <summary>From the event's delivery to the response's first byte.</summary>
    public double? ResponseLatencyMs { get; init; }

    /// <summary>From the first byte to the last.</summary>
    public double? ResponseDurationMs { get; init; }

    public required long ProducedBytes { get; init; }

    public required string Status { get; init; }

    public string? ErrorType { get; init; }

    public static ReportJson Of(InvocationReport report, RecordedState state) => new()
    {
        DurationMs = report.Duration.TotalMilliseconds,
        BilledDurationMs = report.Billed.TotalMilliseconds,
        InitDurationMs = report.Init?.TotalMilliseconds,
        MemorySizeMB = report.MemorySize,
        MaxMemoryUsedMB = report.MaxMemoryUsed,
        ResponseLatencyMs = state.FirstByte - state.Delivered,
        ResponseDurationMs = state.LastByte - state.FirstByte,
        ProducedBytes = state.Bytes,
        Status = report.Status,
        ErrorType = report.ErrorType,
    };
}
