namespace StreamingLambda.Emulator.Configuration;

/// <summary>The two variables that Lambda sets from a function's <c>LoggingConfig</c>; <c>--env</c> may set them too, and comes first.</summary>
internal static class LoggingVariables
{
    /// <summary><c>Text</c> or <c>JSON</c>.</summary>
    public const string Format = "AWS_LAMBDA_LOG_FORMAT";

    /// <summary>The least level that the function writes.</summary>
    public const string Level = "AWS_LAMBDA_LOG_LEVEL";

    /// <summary>What <see cref="Format"/> may be.</summary>
    public static readonly IReadOnlyList<string> Formats = ["Text", "JSON"];

    /// <summary>What <see cref="Level"/> may be.</summary>
    public static readonly IReadOnlyList<string> Levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    /// <summary>What <c>--env</c> says of one of them; null: nothing.</summary>
    /// <exception cref="ConfigurationException">Lambda has no such value.</exception>
    public static string? Read(IReadOnlyDictionary<string, string> given, string variable, IReadOnlyList<string> allowed)
    {
        if (!given.TryGetValue(variable, out string? value))
            return null;
        return allowed.Contains(value)
            ? value
            : throw new ConfigurationException($"--env {variable}={value}: Lambda has {string.Join(", ", allowed)}. Give one of these.");
    }
}
