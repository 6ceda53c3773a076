using System.Globalization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers;

/// <summary>Sends lines of text with a pause after each number. In a request, <c>?count=</c> (1 to 1000, default 3) and
/// <c>?pauseMs=</c> (0 to 60000, default 1000) change how many and how long; any other event gets the defaults.</summary>
/// <param name="time">The clock that measures the pauses; null for the system's.</param>
public sealed class SendNumbersWithPause(TimeProvider? time = null) : IStreamingLambdaHandler
{
    private static readonly RangeParameter Count = new("count", 1, 1000, Default: 3);
    private static readonly RangeParameter PauseMs = new("pauseMs", 0, 60_000, Default: 1000);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc />
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        var request = CallerRequest.Find(invocation);
        if (!Count.TryRead(request, out int count, out string? error) || !PauseMs.TryRead(request, out int pauseMs, out error))
        {
            await response.SendProblemAsync(error, new(400), cancellationToken);
            return;
        }

        await response.WriteStatusAndHeadersAsync(
            new(200, ("Content-Type", "text/plain"), ("x-my-custom-header", "streaming-example")), cancellationToken);
        for (int number = 1; number <= count; number++)
        {
            await response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"Number: {number}\n"), cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), _time, cancellationToken);
        }
        await response.WriteAndFinishAsync("Streaming complete!\n", cancellationToken);
    }
}
