using System.Text;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Emulator.Page.Api;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Testing;

/// <summary>One invocation, as it runs and when it has ended. Each property tells what has happened so far.</summary>
/// <example>
/// <code>
/// using HttpResponseMessage response = await lambda.Function.Http.GetAsync("/");
/// LocalInvocation invocation = lambda.InvocationOf(response);
/// await invocation.WaitAsync();
/// Assert.Null(invocation.Error);
/// Assert.Equal(4, invocation.Chunks.Count);
/// </code>
/// </example>
public sealed class LocalInvocation
{
    private readonly LocalLambda _lambda;
    private readonly RecordedInvocation _recorded;
    private int _read;
    private int _nextNote;

    internal LocalInvocation(LocalLambda lambda, RecordedInvocation recorded)
    {
        _lambda = lambda;
        _recorded = recorded;
    }

    /// <summary>The request id, which the function, its caller (<c>x-amzn-RequestId</c>) and the log have too.</summary>
    public string RequestId => _recorded.Request.RequestId;

    /// <summary>The function's name.</summary>
    public string FunctionName => _recorded.Function.Name;

    /// <summary>The event, JSON as the function got it.</summary>
    public ReadOnlyMemory<byte> Event => _recorded.Event ?? default;

    /// <summary>The HTTP status: what the caller got, or, where it is no HTTP caller, what the function said. Null before.</summary>
    public int? StatusCode => State.Head?.Status ?? Head()?.Prelude.StatusCode;

    /// <summary>The headers, found by names in any case: those that the caller got, else those of the function. Cookies are the values of
    /// <c>Set-Cookie</c>. Empty as long as there are none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers =>
        (State.Head?.Headers ?? Head()?.Headers ?? [])
            .GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(header => header.Value)], StringComparer.OrdinalIgnoreCase);

    /// <summary>The body that the function has sent so far, without status and headers.</summary>
    public ReadOnlyMemory<byte> Body
    {
        get
        {
            // First, as the head may be complete a moment later.
            RecordedState state = State;
            return BodyStart(state) is { } start ? _recorded.ReadContent(start, state.Bytes - start) : default;
        }
    }

    /// <summary>The body as UTF-8 text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as it arrived.</summary>
    public IReadOnlyList<LocalChunk> Chunks
    {
        get
        {
            RecordedState state = State;
            return BodyStart(state) is { } start
                ? [.. _recorded.ReadChunks(0, state.Notes).Select(chunk => Read(chunk, start)).OfType<LocalChunk>()]
                : [];
        }
    }

    /// <summary>What the runtime sent after the response, in HTTP trailers: Lambda takes an error's type and its JSON, in Base64.</summary>
    public IReadOnlyDictionary<string, string> Trailers => State.Trailers.ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the function printed and the platform said of it, line by line. Where a process takes several invocations at a time, each
    /// has the lines of all.</summary>
    public IReadOnlyList<string> Log => [.. _recorded.ReadLines(0, int.MaxValue / 2).Select(line => line.Text)];

    /// <summary>What it failed with; null: it has not failed.</summary>
    public LocalError? Error => State.Outcome is { IsError: true } outcome ? ErrorOf(outcome) : null;

    /// <summary>How long the first byte of the response took, status and headers included; null as long as there is none.</summary>
    public TimeSpan? FirstByte => State.FirstByte is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>The figures at its end; null before.</summary>
    public LocalReport? Report => State.Report is { } report
        ? new LocalReport(report.Duration, report.Billed, report.Init, report.MaxMemoryUsed, report.Status)
        : null;

    private RecordedState State => _recorded.Read();

    /// <summary>Waits until the function is through with it, background work included, and everything about it is said.</summary>
    /// <exception cref="TimeoutException">That took longer than <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    public Task WaitAsync() => WaitUntilAsync(() => _recorded.HasEnded, "its end");

    /// <summary>Waits for status and headers.</summary>
    /// <exception cref="TimeoutException">They did not come within <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    /// <exception cref="InvalidOperationException">It ended without any.</exception>
    public async Task WaitForHeadersAsync()
    {
        await WaitUntilAsync(() => StatusCode is not null || _recorded.HasEnded, "status and headers").ConfigureAwait(false);
        if (StatusCode is null)
            throw new InvalidOperationException(Describe("The invocation ended without status and headers"));
    }

    /// <summary>Waits for the next piece of the body that was not read yet; null at the end of the response.</summary>
    /// <exception cref="TimeoutException">None came within <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    public async Task<LocalChunk?> ReadChunkAsync()
    {
        LocalChunk? next = null;
        await WaitUntilAsync(
            () => (next = TakeChunk()) is not null || State.Outcome is not null, $"chunk {_read + 1}").ConfigureAwait(false);
        next ??= TakeChunk();
        if (next is not null)
            _read++;
        return next;
    }

    /// <summary>The pieces of the body from the first one that was not read yet to the end of the response, as they arrive.</summary>
    /// <exception cref="TimeoutException">None came within <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    public async IAsyncEnumerable<LocalChunk> ReadChunksAsync()
    {
        while (await ReadChunkAsync().ConfigureAwait(false) is { } chunk)
            yield return chunk;
    }

    /// <summary>Waits for a line of the log that has this text in it; the whole line.</summary>
    /// <exception cref="TimeoutException">None came within <see cref="LocalLambdaOptions.WaitLimit"/>.</exception>
    public async Task<string> WaitForLogAsync(string text)
    {
        string? found = null;
        await WaitUntilAsync(
            () => (found = Log.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null, $"a line with '{text}'")
            .ConfigureAwait(false);
        return found!;
    }

    private Task WaitUntilAsync(Func<bool> isSo, string what) =>
        _lambda.WaitUntilAsync(isSo, () => Describe($"The invocation did not get to {what}"));

    private string Describe(string what)
    {
        RecordedState state = State;
        string error = Error is { } found ? $" It failed: {found.Type}: {found.Message}." : "";
        return $"{what} ({FunctionName}, {RequestId}; {state.Chunks} chunks, {state.Bytes} bytes so far).{error} Its log:\n{string.Join('\n', Log)}";
    }

    private FunctionHead? Head() => FunctionHead.Read(_recorded, State);

    // Null: status and headers are not complete yet, and what has come of them is no body.
    private int? BodyStart(RecordedState state) => FunctionHead.IsExpected(_recorded, state) ? FunctionHead.Read(_recorded, state)?.Length : 0;

    // Each byte is copied once, however many chunks there are.
    private LocalChunk? TakeChunk()
    {
        RecordedState state = State;
        if (BodyStart(state) is not { } start)
            return null;
        LocalChunk? next = null;
        while (next is null && _nextNote < state.Notes)
            next = Read(_recorded.ReadChunks(_nextNote++, 1)[0], start);
        return next;
    }

    // Null: it is of the status and the headers only.
    private LocalChunk? Read(RecordedChunk chunk, int bodyStart)
    {
        long start = Math.Max(bodyStart, chunk.Offset);
        long length = chunk.Offset + chunk.Length - start;
        return length > 0 ? new LocalChunk(_recorded.ReadContent(start, length), ElapsedAt(chunk.Timestamp)) : null;
    }

    private TimeSpan ElapsedAt(long timestamp) => TimeSpan.FromMilliseconds(_recorded.Since(timestamp) ?? 0);

    private static LocalError ErrorOf(InvocationOutcome outcome)
    {
        var failure = FailureText.Read(outcome.ErrorBody);
        return new LocalError(
            outcome.ErrorType!, failure?.Message ?? outcome.ErrorText, failure?.Stack ?? [], outcome.IsFoundByPlatform, outcome.Explanation);
    }
}
