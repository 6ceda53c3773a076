using System.Globalization;

namespace StreamingLambda.Runtime;

/// <summary>The environment variables that Lambda sets, read once when the process starts.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html</remarks>
/// <example>
/// <code>
/// return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), environment => environment.Handler switch
/// {
///     "Hello" => new Hello(),
///     _ => throw new InitializationException("Runtime.NoSuchHandler", $"There is no handler '{environment.Handler}'. Set Handler to Hello."),
/// });
/// </code>
/// </example>
public sealed record LambdaEnvironment
{
    /// <summary><c>AWS_LAMBDA_RUNTIME_API</c>: host and port of the Runtime API; null outside of Lambda.</summary>
    public string? RuntimeApi { get; init; }

    /// <summary><c>_HANDLER</c>: the function's handler setting; null if unset.</summary>
    public string? Handler { get; init; }

    /// <summary><c>AWS_LAMBDA_FUNCTION_NAME</c>.</summary>
    public string? FunctionName { get; init; }

    /// <summary><c>AWS_LAMBDA_INITIALIZATION_TYPE</c>: <c>on-demand</c>, <c>provisioned-concurrency</c>, <c>snap-start</c> or
    /// <c>lambda-managed-instances</c>.</summary>
    public string? InitializationType { get; init; }

    /// <summary><c>AWS_LAMBDA_MAX_CONCURRENCY</c>: how many invocations the process takes at once, set by Lambda Managed Instances only; null if
    /// unset.</summary>
    public string? MaxConcurrency { get; init; }

    /// <summary><c>AWS_LAMBDA_LOG_FORMAT</c>: <c>Text</c> (also if unset) or <c>JSON</c>.</summary>
    public string? LogFormat { get; init; }

    /// <summary><c>AWS_LAMBDA_LOG_LEVEL</c>: the lowest level to write, <c>TRACE</c> to <c>FATAL</c>; null means <c>INFO</c>.</summary>
    public string? LogLevel { get; init; }

    /// <summary>Whether Lambda Managed Instances run this process.</summary>
    internal bool IsManagedInstance => InitializationType == "lambda-managed-instances" || MaxConcurrency is not null;

    /// <summary><see cref="MaxConcurrency"/> as a number, 1 if it is unset.</summary>
    /// <exception cref="InitializationException">It is not a number from 1 to 1000.</exception>
    internal int ReadConcurrency() => MaxConcurrency is null ? 1
        : int.TryParse(MaxConcurrency, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 1000 ? value
        : throw new InitializationException(
            "Runtime.InvalidConfiguration", $"AWS_LAMBDA_MAX_CONCURRENCY is '{MaxConcurrency}'. Set it to a number from 1 to 1000, or not at all.");

    /// <summary>Reads the variables of this process.</summary>
    public static LambdaEnvironment FromProcess() => new()
    {
        RuntimeApi = Read("AWS_LAMBDA_RUNTIME_API"),
        Handler = Read("_HANDLER"),
        FunctionName = Read("AWS_LAMBDA_FUNCTION_NAME"),
        InitializationType = Read("AWS_LAMBDA_INITIALIZATION_TYPE"),
        MaxConcurrency = Read("AWS_LAMBDA_MAX_CONCURRENCY"),
        LogFormat = Read("AWS_LAMBDA_LOG_FORMAT"),
        LogLevel = Read("AWS_LAMBDA_LOG_LEVEL"),
    };

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
