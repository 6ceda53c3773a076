namespace StreamingLambda.Runtime.Logging;

/// <summary>Writes one line per call to the function's log, with the invocation's ids, as text or JSON as the function is configured.</summary>
/// <example><code>invocation.Log.Info("order accepted");</code></example>
public sealed class InvocationLog
{
    private readonly LogWriter _writer;
    private readonly LogScope _scope;

    internal InvocationLog(LogWriter writer, LogScope scope)
    {
        _writer = writer;
        _scope = scope;
    }

    /// <summary>Whether lines of this level are written; ask before building an expensive message.</summary>
    public bool IsEnabled(LambdaLogLevel level) => _writer.IsEnabled(level);

    /// <summary>Writes a line of the given level, with an exception's type, message and stack trace if there is one.</summary>
    public void Write(LambdaLogLevel level, string message, Exception? exception = null) => _writer.Write(level, message, exception, _scope);

    /// <summary>Finest detail.</summary>
    public void Trace(string message) => Write(LambdaLogLevel.Trace, message);

    /// <summary>For finding a defect.</summary>
    public void Debug(string message) => Write(LambdaLogLevel.Debug, message);

    /// <summary>Normal operation.</summary>
    public void Info(string message) => Write(LambdaLogLevel.Info, message);

    /// <summary>Something unexpected that was handled.</summary>
    public void Warn(string message, Exception? exception = null) => Write(LambdaLogLevel.Warn, message, exception);

    /// <summary>Something failed.</summary>
    public void Error(string message, Exception? exception = null) => Write(LambdaLogLevel.Error, message, exception);
}
