using System.Text;

using Microsoft.Extensions.Logging;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Logging;

namespace StreamingLambda.AspNetCore.Logging;

/// <summary>One category's log.</summary>
internal sealed class LambdaLogger(string category, LogWriter writer, Func<IExternalScopeProvider?> scopes) : ILogger
{
    /// <summary>The invocation that the current code runs for, null outside of one.</summary>
    public static readonly AsyncLocal<Invocation?> Current = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => scopes()?.Push(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && writer.IsEnabled(Translate(logLevel));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        string message = $"{category}: {formatter(state, exception)}{FormatScopes()}";
        LambdaLogLevel level = Translate(logLevel);
        if (Current.Value is { } invocation)
            invocation.Log.Write(level, message, exception);
        else
            writer.Write(level, message, exception, LogScope.Process);
    }

    private static LambdaLogLevel Translate(LogLevel level) => level switch
    {
        LogLevel.Trace => LambdaLogLevel.Trace,
        LogLevel.Debug => LambdaLogLevel.Debug,
        LogLevel.Information => LambdaLogLevel.Info,
        LogLevel.Warning => LambdaLogLevel.Warn,
        LogLevel.Error => LambdaLogLevel.Error,
        _ => LambdaLogLevel.Fatal,
    };

    /// <summary>The scopes that the line was written in, outermost first; empty without any.</summary>
    private string FormatScopes()
    {
        if (scopes() is not { } provider)
            return "";
        var text = new StringBuilder();
        provider.ForEachScope(static (scope, text) => text.Append(" => ").Append(scope), text);
        return text.ToString();
    }
}
