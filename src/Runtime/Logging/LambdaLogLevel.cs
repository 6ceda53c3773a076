namespace StreamingLambda.Runtime.Logging;

/// <summary>How much a log line matters, by Lambda's names (<c>AWS_LAMBDA_LOG_LEVEL</c>).</summary>
/// <example>
/// <code>
/// if (invocation.Log.IsEnabled(LambdaLogLevel.Debug))
///     invocation.Log.Debug(describe());
/// </code>
/// </example>
public enum LambdaLogLevel
{
    /// <summary>Finest detail.</summary>
    Trace,

    /// <summary>For finding a defect.</summary>
    Debug,

    /// <summary>Normal operation; the default minimum.</summary>
    Info,

    /// <summary>Something unexpected that was handled.</summary>
    Warn,

    /// <summary>An invocation failed.</summary>
    Error,

    /// <summary>The process ends.</summary>
    Fatal,
}
