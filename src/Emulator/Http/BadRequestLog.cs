using Microsoft.Extensions.Logging.Abstractions;

namespace StreamingLambda.Emulator.Http;

/// <summary>
/// Says what was wrong with bytes that are no HTTP request: Kestrel answers them itself, with a bare 400, and tells only its log why.
/// </summary>
internal sealed class BadRequestLog(Action<int, string> write) : ILoggerFactory
{
    private const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    public ILogger CreateLogger(string categoryName) => categoryName == Category ? new Logger(write) : NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(Action<int, string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is BadHttpRequestException { StatusCode: var status, Message: var message })
                write(status, message);
        }
    }
}
