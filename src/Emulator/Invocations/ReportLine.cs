using System.Globalization;
using System.Text;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>The <c>REPORT</c> line that Lambda logs at the end of an invocation, with what matters to a streaming function added.</summary>
internal sealed class ReportLine(FunctionSettings settings, Invocation invocation, long start)
{
    /// <summary>What a function printed is read in a moment; so long it is waited for.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the process took to start, when it was started for this invocation.</summary>
    public TimeSpan? Init { get; init; }

    /// <summary>What went wrong after the start, whether or not the caller has seen it.</summary>
    public InvocationOutcome? Failure { get; set; }

    /// <summary>When it ended, as a timestamp of the time provider.</summary>
    public long End { get; set; }

    /// <summary>Prints it, and before it the error that the invocation ended with, unless the function has told of it itself.</summary>
    public async Task PrintAsync(FunctionLog log, InvocationOutcome outcome, long peakMemoryMegabytes, TimeProvider time)
    {
        InvocationOutcome? error = outcome.IsError ? outcome : Failure;
        if (error is not null)
            await PrintErrorAsync(log, error, time);

        invocation.Log.Add($"END RequestId: {invocation.Request.RequestId}");
        TimeSpan duration = time.GetElapsedTime(start, End);
        TimeSpan billed = TimeSpan.FromMilliseconds(Math.Ceiling((duration + (Init ?? TimeSpan.Zero)).TotalMilliseconds));
        string status = error is null ? "success" : error is { IsFoundByPlatform: true, ErrorType: ErrorTypes.TimedOut } ? "timeout" : "error";
        string? errorType = error is null ? null : ErrorTypes.Normalize(error.ErrorType!);
        invocation.Observer?.OnReport(
            new InvocationReport(duration, billed, Init, settings.MemorySize, peakMemoryMegabytes, status, errorType));
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"REPORT RequestId: {invocation.Request.RequestId}\tDuration: {duration.TotalMilliseconds:F2} ms");
        line.Append(CultureInfo.InvariantCulture, $"\tBilled Duration: {billed.TotalMilliseconds:F0} ms");
        line.Append(CultureInfo.InvariantCulture, $"\tMemory Size: {settings.MemorySize} MB\tMax Memory Used: {peakMemoryMegabytes} MB");
        if (Init is { } init)
            line.Append(CultureInfo.InvariantCulture, $"\tInit Duration: {init.TotalMilliseconds:F2} ms");
        if (invocation.FirstByteTimestamp != 0)
        {
            double firstByte = time.GetElapsedTime(start, invocation.FirstByteTimestamp).TotalMilliseconds;
            line.Append(CultureInfo.InvariantCulture, $"\tFirst Byte: {firstByte:F2} ms\tStreamed: {invocation.ResponseBytes} bytes");
        }
        if (errorType is not null)
            line.Append(CultureInfo.InvariantCulture, $"\tStatus: {status}\tError Type: {errorType}");
        log.WriteLine(line.ToString());
    }

    private async Task PrintErrorAsync(FunctionLog log, InvocationOutcome error, TimeProvider time)
    {
        var failure = FailureText.Read(error.ErrorBody);
        if (failure is not null && !error.IsFoundByPlatform && await invocation.Log.TellsOfAsync(failure, OnItsWay, time))
            return;

        // The type that counts stands in front; what the body calls itself follows where it is another one.
        if (failure?.Type is { } type && error.ErrorType!.EndsWith(type, StringComparison.Ordinal))
            failure = failure with { Type = null };
        string text = failure?.ToString() ?? error.ErrorText;
        log.WriteLine($"ERROR {error.ErrorType}: {text}");
        if (error.Explanation is { } explanation)
            log.WriteLine($"      {explanation}");
    }
}
