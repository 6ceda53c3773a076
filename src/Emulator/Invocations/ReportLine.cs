using System.Globalization;
using System.Text;
using System.Text.Json;
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
        var report = new InvocationReport(duration, billed, Init, settings.MemorySize, peakMemoryMegabytes, status, errorType);
        invocation.Observer?.OnReport(report);
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"REPORT RequestId: {invocation.Request.RequestId}\tDuration: {duration.TotalMilliseconds:F2} ms");
        line.Append(CultureInfo.InvariantCulture, $"\tBilled Duration: {billed.TotalMilliseconds:F0} ms");
        line.Append(CultureInfo.InvariantCulture, $"\tMemory Size: {settings.MemorySize} MB\tMax Memory Used: {peakMemoryMegabytes} MB");
        if (Init is { } init)
            line.Append(CultureInfo.InvariantCulture, $"\tInit Duration: {init.TotalMilliseconds:F2} ms");
        TimeSpan? firstByte = invocation.FirstByteTimestamp == 0 ? null : time.GetElapsedTime(start, invocation.FirstByteTimestamp);
        if (firstByte is { } first)
        {
            line.Append(CultureInfo.InvariantCulture, $"\tFirst Byte: {first.TotalMilliseconds:F2} ms\tStreamed: {invocation.ResponseBytes} bytes");
        }
        if (errorType is not null)
            line.Append(CultureInfo.InvariantCulture, $"\tStatus: {status}\tError Type: {errorType}");
        log.Write(new ConsoleEntry(EntryTypes.Report, line.ToString()) { Members = json => WriteReport(json, report, firstByte) });
    }

    private void WriteReport(Utf8JsonWriter json, InvocationReport report, TimeSpan? firstByte)
    {
        json.WriteString("requestId", invocation.Request.RequestId);
        json.WriteString("status", report.Status);
        if (report.ErrorType is not null)
            json.WriteString("errorType", report.ErrorType);
        json.WriteNumber("durationMs", Math.Round(report.Duration.TotalMilliseconds, 2));
        json.WriteNumber("billedDurationMs", report.Billed.TotalMilliseconds);
        if (report.Init is { } init)
            json.WriteNumber("initDurationMs", Math.Round(init.TotalMilliseconds, 2));
        if (firstByte is { } first)
            json.WriteNumber("firstByteMs", Math.Round(first.TotalMilliseconds, 2));
        json.WriteNumber("responseBytes", invocation.ResponseBytes);
        json.WriteNumber("memorySizeMb", report.MemorySize);
        json.WriteNumber("maxMemoryUsedMb", report.MaxMemoryUsed);
    }

    private async Task PrintErrorAsync(FunctionLog log, InvocationOutcome error, TimeProvider time)
    {
        var failure = FailureText.Read(error.ErrorBody);
        bool isTold = failure is not null && !error.IsFoundByPlatform && await invocation.Log.TellsOfAsync(failure, OnItsWay, time);
        // The type that counts stands in front; what the body calls itself follows where it is another one.
        bool isNamed = failure?.Type is { } type && error.ErrorType!.EndsWith(type, StringComparison.Ordinal);
        FailureText? shown = isNamed ? failure! with { Type = null } : failure;
        log.Write(new ConsoleEntry(EntryTypes.Error, $"ERROR {error.ErrorType}: {shown?.ToString() ?? error.ErrorText}")
        {
            Message = failure?.Message ?? error.ErrorText,
            IsForScripts = isTold,
            Members = json => WriteError(json, error, failure),
        });
        if (!isTold && error.Explanation is { } explanation)
            log.Write(new ConsoleEntry(EntryTypes.Message, $"      {explanation}") { IsForPeople = true });
    }

    private void WriteError(Utf8JsonWriter json, InvocationOutcome error, FailureText? failure)
    {
        json.WriteString("requestId", invocation.Request.RequestId);
        json.WriteString("errorType", error.ErrorType);
        json.WriteStartArray("stackTrace");
        foreach (string frame in failure?.Stack ?? [])
            json.WriteStringValue(frame);
        json.WriteEndArray();
        if (error.Explanation is { } explanation)
            json.WriteString("explanation", explanation);
    }
}
