using StreamingLambda.Runtime.Errors;

namespace StreamingLambda.Runtime;

/// <summary>The function cannot start. Thrown while the handler is created; Lambda is told the type and the message, and the process ends.</summary>
/// <example>
/// <code>
/// string table = Environment.GetEnvironmentVariable("TABLE_NAME")
///     ?? throw new InitializationException("Function.ConfigurationMissing", "TABLE_NAME is not set. Set it in the function's environment.");
/// </code>
/// </example>
public sealed class InitializationException : Exception, IErrorType
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorType">The type that Lambda records, <c>category.reason</c>, such as <c>Runtime.NoSuchHandler</c>.</param>
    /// <param name="message">What is wrong and what to do about it.</param>
    public InitializationException(string errorType, string message)
        : base(message) => ErrorType = errorType ?? throw new ArgumentNullException(nameof(errorType));

    /// <summary>The type that Lambda records, <c>category.reason</c>.</summary>
    public string ErrorType { get; }
}
