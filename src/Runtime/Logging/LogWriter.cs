using System.Globalization;
using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Runtime.Logging;

/// <summary>The process's log: one line per entry on standard output, where Lambda collects it, in text or JSON.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
/// Callers never pass event bodies, response bodies or credentials.</remarks>
internal sealed class LogWriter
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = RelaxedJsonEncoder.Shared, SkipValidation = true };
    private static readonly string[] LevelNames = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    private readonly object _gate = new();
    private readonly Stream _output;
    private readonly bool _json;
    private readonly LambdaLogLevel _minimum;
    private readonly TimeProvider _time;

    /// <summary>How many lines nobody took since the last one that somebody did.</summary>
    private int _lost;

    public LogWriter(Stream output, LambdaEnvironment environment, TimeProvider time)
    {
        _output = output;
        _json = string.Equals(environment.LogFormat, "JSON", StringComparison.OrdinalIgnoreCase);
        int level = Array.FindIndex(LevelNames, name => name.Equals(environment.LogLevel, StringComparison.OrdinalIgnoreCase));
        _minimum = level < 0 ? LambdaLogLevel.Info : (LambdaLogLevel)level;
        _time = time;
    }

    public bool IsEnabled(LambdaLogLevel level) => level >= _minimum;

    public void Write(LambdaLogLevel level, string message, Exception? exception, LogScope scope)
    {
        if (!IsEnabled(level))
            return;
        ReadOnlyMemory<byte> line = Format(level, message, exception, scope);
        lock (_gate)
        {
            try
            {
                if (_lost > 0)
                {
                    string lost = string.Create(CultureInfo.InvariantCulture, $"{_lost} log lines are missing here: nobody read the log.");
                    _output.Write(Format(LambdaLogLevel.Warn, lost, null, LogScope.Process).Span);
                    _lost = 0;
                }
                _output.Write(line.Span);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody reads the log, or it has ended before what a handler left running. The function goes on: its callers matter more.
                _lost++;
            }
        }
    }

    private ReadOnlyMemory<byte> Format(LambdaLogLevel level, string message, Exception? exception, LogScope scope) =>
        _json ? FormatJson(level, message, exception, scope) : FormatText(level, message, exception, scope);

    private string Timestamp => LogTimestamp.Format(_time.GetUtcNow());

    private byte[] FormatText(LambdaLogLevel level, string message, Exception? exception, LogScope scope)
    {
        string text = $"{Timestamp}\t{LevelNames[(int)level]}\t{scope.RequestId ?? "-"}\t{message}";
        if (exception is not null)
        {
            var report = ErrorReport.From(exception);
            text += $"\t{report.ErrorType}: {report.ErrorMessage}";
            if (report.StackTrace.Count > 0)
                text += "\t" + string.Join('\n', report.StackTrace);
        }
        // One entry is one line: CloudWatch would make an event of each line of a stack trace.
        return Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\\n") + "\n");
    }

    private ReadOnlyMemory<byte> FormatJson(LambdaLogLevel level, string message, Exception? exception, LogScope scope)
    {
        using var buffer = new JsonBuffer(512, JsonOptions);
        Utf8JsonWriter json = buffer.Writer;
        json.WriteStartObject();
        json.WriteString("timestamp"u8, Timestamp);
        json.WriteString("level"u8, LevelNames[(int)level]);
        WriteIfPresent(json, "requestId"u8, scope.RequestId);
        WriteIfPresent(json, "tenantId"u8, scope.TenantId);
        WriteIfPresent(json, "traceId"u8, scope.TraceId);
        json.WriteString("message"u8, message);
        if (exception is not null)
            ErrorReport.From(exception).WriteMembers(json);
        json.WriteEndObject();
        return buffer.End("\n"u8);
    }

    private static void WriteIfPresent(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
