using Microsoft.Extensions.Logging;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Logging;

namespace StreamingLambda.AspNetCore.Logging;

/// <summary>Writes what the app logs through <see cref="ILogger"/> as the runtime writes its own lines: in Lambda's text or JSON format, with the
/// request id, from <c>AWS_LAMBDA_LOG_LEVEL</c> on.</summary>
internal sealed class LambdaLoggerProvider(LambdaEnvironment environment, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    private readonly LogWriter _writer = new(StandardStreams.Output, environment, time);
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new LambdaLogger(categoryName, _writer, () => _scopes);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }
}
