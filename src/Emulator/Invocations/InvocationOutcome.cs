using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>How an invocation ended for its caller.</summary>
/// <param name="ErrorType">Null: it succeeded. Else the type as the runtime or the platform named it.</param>
/// <param name="ErrorBody">The error as JSON, null when it succeeded.</param>
internal sealed record InvocationOutcome(string? ErrorType, ReadOnlyMemory<byte> ErrorBody)
{
    /// <summary>The response is complete.</summary>
    public static readonly InvocationOutcome Success = new(null, default);

    /// <summary>Whether the function or its runtime failed.</summary>
    public bool IsError => ErrorType is not null;

    /// <summary>Whether the platform found the error. A runtime may name its own as it likes, and so by one of the platform's types.</summary>
    public bool IsFoundByPlatform { get; private init; }

    /// <summary>What the developer reads below the error: what was going on, and what to do about it. Null: the error says it all.</summary>
    public string? Explanation { get; init; }

    /// <summary>Whether the platform knows that the end of the response is missing.</summary>
    public bool IsCutOff => IsFoundByPlatform && ErrorType is
        ErrorTypes.TimedOut or ErrorTypes.ExitError or ErrorTypes.TruncatedResponse or ErrorTypes.UnusableResponse or ErrorTypes.SandboxFailure;

    /// <summary>An error that the platform found, with AWS's wording of its body.</summary>
    public static InvocationOutcome PlatformError(string errorType, string requestId, string message)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("errorType", errorType);
            // Of the errors that AWS finds itself, this one names no request.
            json.WriteString("errorMessage", errorType == ErrorTypes.ResponseSizeTooLarge ? message : $"RequestId: {requestId} Error: {message}");
            json.WriteEndObject();
        }
        return new InvocationOutcome(errorType, stream.ToArray()) { IsFoundByPlatform = true };
    }

    /// <summary>AWS's sentence for a deadline that passed.</summary>
    public static string TimedOutMessage(TimeSpan limit) =>
        string.Create(CultureInfo.InvariantCulture, $"Task timed out after {limit.TotalSeconds:F2} seconds");

    /// <summary>The error's body as text, empty when there is none.</summary>
    public string ErrorText => Encoding.UTF8.GetString(ErrorBody.Span);
}
