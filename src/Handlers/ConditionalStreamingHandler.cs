using System.Globalization;
using System.Text.Json;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers;

/// <summary>Decides by the request how to answer: streams a JSON array, answers with an error status at once, or fails on purpose.</summary>
/// <remarks>The scenario comes from <c>?scenario=</c> of a request, or else from its JSON body, <c>{"scenario":"..."}</c>; without one it is
/// <c>stream</c>. The scenarios: <c>stream</c>, <c>error</c> (400), <c>not-found</c> (404), <c>unavailable</c> (503), <c>throw</c> (fails before
/// the first byte), <c>fail-midway</c> (fails after two elements).</remarks>
/// <param name="time">The clock of the pauses and the timestamps; null for the system's.</param>
public sealed class ConditionalStreamingHandler(TimeProvider? time = null) : IStreamingLambdaHandler
{
    private const int Elements = 5;
    private const int ElementsBeforeFailure = 2;
    private const string Scenarios = "stream, error, not-found, unavailable, throw, fail-midway";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc />
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        string scenario;
        try
        {
            scenario = ReadScenario(invocation);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            await response.SendProblemAsync($$"""The body is not {"scenario":"..."}: {{e.Message}}""", new(400), cancellationToken);
            return;
        }

        switch (scenario)
        {
            case "stream":
                await WriteHeadAsync(response, cancellationToken);
                await WriteElementsAsync(response, Elements, cancellationToken);
                await response.WriteAndFinishAsync("\n]\n", cancellationToken);
                break;
            case "error":
                await response.SendProblemAsync(
                    "This is the error that the scenario 'error' asks for.", new(400, ("x-error-type", "client-error")), cancellationToken);
                break;
            case "not-found":
                await response.SendProblemAsync("This is the 404 that the scenario 'not-found' asks for.", new(404), cancellationToken);
                break;
            case "unavailable":
                await response.SendProblemAsync(
                    "This is the 503 that the scenario 'unavailable' asks for. Try again in 5 seconds.",
                    new(503, ("Retry-After", "5")),
                    cancellationToken);
                break;
            case "throw":
                throw new InvalidOperationException("The scenario 'throw' fails before the first byte of the response.");
            case "fail-midway":
                await WriteHeadAsync(response, cancellationToken);
                await WriteElementsAsync(response, ElementsBeforeFailure, cancellationToken);
                throw new InvalidOperationException("The scenario 'fail-midway' fails in the middle of the response.");
            default:
                await response.SendProblemAsync($"There is no scenario '{scenario}'. Use one of: {Scenarios}.", new(400), cancellationToken);
                break;
        }
    }

    /// <exception cref="JsonException">The body is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The body is not an object, or its scenario is not text.</exception>
    /// <exception cref="FormatException">The event cannot be read: its body should be base64, and is not.</exception>
    private static string ReadScenario(Invocation invocation)
    {
        const string unchosen = "stream";
        if (CallerRequest.Find(invocation) is not { } request)
            return unchosen;
        if (request.GetQuery("scenario") is { } scenario)
            return scenario;
        string body = request.ReadBodyText();
        if (body.Length == 0)
            return unchosen;
        // One member of a small body: a document reads it without the serializer, which would be a third of the binary.
        using var json = JsonDocument.Parse(body);
        return json.RootElement.ValueKind != JsonValueKind.Null && json.RootElement.TryGetProperty("scenario"u8, out JsonElement chosen)
            ? chosen.GetString() ?? unchosen
            : unchosen;
    }

    private static ValueTask WriteHeadAsync(ResponseStreamWriter response, CancellationToken cancellationToken) =>
        response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "application/json"), ("Cache-Control", "no-cache")), cancellationToken);

    /// <summary>Writes the array up to, and without, its closing bracket. The comma comes before an element, not after it: whatever the
    /// last one is, the bracket makes the array valid.</summary>
    private async Task WriteElementsAsync(ResponseStreamWriter response, int count, CancellationToken cancellationToken)
    {
        for (int id = 1; id <= count; id++)
        {
            if (id > 1)
                await Task.Delay(Pause, _time, cancellationToken);
            string element = string.Create(CultureInfo.InvariantCulture, $$"""{"id":{{id}},"timestamp":{{_time.GetUtcNow().ToUnixTimeSeconds()}}}""");
            await response.WriteAsync((id == 1 ? "[\n" : ",\n") + element, cancellationToken);
        }
    }
}
