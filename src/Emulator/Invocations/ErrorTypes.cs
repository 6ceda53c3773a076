using System.Text.RegularExpressions;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>The error types that Lambda itself gives, and its rule for those that runtimes give.</summary>
internal static partial class ErrorTypes
{
    /// <summary>The process ended while it was needed.</summary>
    public const string ExitError = "Runtime.ExitError";

    /// <summary>The executable is not there or cannot be started.</summary>
    public const string InvalidEntrypoint = "Runtime.InvalidEntrypoint";

    /// <summary>The deadline passed.</summary>
    public const string TimedOut = "Sandbox.Timedout";

    /// <summary>The response body ended without its end.</summary>
    public const string TruncatedResponse = "Runtime.TruncatedResponse";

    /// <summary>The response is longer than Lambda passes on.</summary>
    public const string ResponseSizeTooLarge = "Function.ResponseSizeTooLarge";

    /// <summary>The response mode header says something other than "streaming".</summary>
    public const string InvalidResponseMode = "Runtime.InvalidResponseModeHeader";

    /// <summary>The response cannot be handed to the caller in the form that the caller takes.</summary>
    public const string UnusableResponse = "Function.UnusableResponse";

    /// <summary>The emulator itself could not go on with it.</summary>
    public const string SandboxFailure = "Sandbox.Failure";

    private const string UnknownFunctionError = "Function.Unknown";
    private const string UnknownRuntimeError = "Runtime.Unknown";

    /// <summary>Lambda's form of a type for logs and error codes. The error's body keeps the type that the runtime gave.</summary>
    public static string Normalize(string errorType) =>
        KnownForm().IsMatch(errorType) ? errorType
        : errorType.StartsWith("Function.", StringComparison.Ordinal) ? UnknownFunctionError
        : UnknownRuntimeError;

    [GeneratedRegex(@"^(Runtime|Function|Sandbox)\.[A-Z][a-zA-Z]+$")]
    private static partial Regex KnownForm();
}
