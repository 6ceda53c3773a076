using Microsoft.Extensions.Logging;

using StreamingLambda.Runtime.Logging;

namespace StreamingLambda.Recipes.Tests.Recipes;

#region logger
/// <summary>For a library that wants an ILogger: writes into the log of the invocation that runs.</summary>
public sealed class InvocationLogger(InvocationLog log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && log.IsEnabled(Of(logLevel));

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            log.Write(Of(logLevel), formatter(state, exception), exception);
    }

    // The same six levels, in the same order.
    private static LambdaLogLevel Of(LogLevel level) => (LambdaLogLevel)(int)level;
}
#endregion
