using System.Globalization;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors;

/// <summary>An answer of Lambda's instead of a result: what a caller gets whose request does not reach the function.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">For <c>x-amzn-ErrorType</c>.</param>
/// <param name="Message">AWS's sentence for the caller.</param>
internal sealed record LambdaError(int Status, string Type, string Message)
{
    private const string UserTypeMember = "Type";

    /// <summary>The signature does not hold.</summary>
    public const string InvalidSignature = "InvalidSignatureException";

    /// <summary>Parts of it are missing.</summary>
    public const string IncompleteSignature = "IncompleteSignatureException";

    /// <summary>Nobody has these credentials.</summary>
    public const string UnrecognizedClient = "UnrecognizedClientException";

    /// <summary>There is no signature.</summary>
    public const string MissingToken = "MissingAuthenticationTokenException";

    /// <summary>This caller may not.</summary>
    public const string AccessDenied = "AccessDeniedException";

    /// <summary>What AWS keeps to itself, for the emulator's console; null: the message says it all.</summary>
    public string? Explanation { get; init; }

    /// <summary>Whether the member with the message is <c>Message</c>. AWS has both spellings, one for each kind of error.</summary>
    public bool HasCapitalMessage { get; init; }

    /// <summary>Whether the body says <c>"Type":"User"</c>: the caller's fault.</summary>
    public bool HasUserType { get; init; }

    /// <summary>Which of several reasons it has, null: the type says it. A member <c>Reason</c> of the body.</summary>
    public string? Reason { get; init; }

    /// <summary>403 about the signature.</summary>
    public static LambdaError Unauthorized(string type, string message, string explanation) =>
        new(StatusCodes.Status403Forbidden, type, message) { Explanation = explanation };

    /// <summary>403 of the emulator's own, which AWS has no counterpart for: the caller reads the reason, too.</summary>
    public static LambdaError Closed(string message) => new(StatusCodes.Status403Forbidden, AccessDenied, message) { HasCapitalMessage = true };

    /// <summary>400 with the type of parameters that do not have the form that the API's model asks for.</summary>
    public static LambdaError Validation(string value, string member, string constraint) => new(
        StatusCodes.Status400BadRequest,
        "ValidationException",
        $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy {constraint}");

    /// <summary>413: the event is longer than Lambda takes.</summary>
    public static LambdaError TooLarge(Limits limits) => new(
        StatusCodes.Status413PayloadTooLarge,
        "RequestEntityTooLargeException",
        string.Create(CultureInfo.InvariantCulture, $"Request must be smaller than {limits.Event} bytes for the InvokeFunction operation"))
    {
        HasCapitalMessage = true,
        Explanation = string.Create(
            CultureInfo.InvariantCulture,
            $"the event is longer than {limits.Event} bytes. Base64 counts: a binary body ends at about 4.5 MB. --no-limits lifts this limit."),
    };

    /// <summary>429: the function's concurrency is used up.</summary>
    public static LambdaError Throttled(string explanation) => new(StatusCodes.Status429TooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
    {
        Reason = "ReservedFunctionConcurrentInvocationLimitExceeded",
        HasUserType = true,
        Explanation = explanation,
    };

    /// <summary>Answers with it.</summary>
    public Task WriteAsync(HttpResponse response)
    {
        response.Headers["x-amzn-ErrorType"] = Type;
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, JsonStyle.Readable))
        {
            json.WriteStartObject();
            if (Reason is not null)
                json.WriteString(nameof(Reason), Reason);
            if (HasUserType)
                json.WriteString(UserTypeMember, "User");
            json.WriteString(HasCapitalMessage ? "Message" : "message", Message);
            json.WriteEndObject();
        }
        return WholeAnswer.WriteAsync(response, Status, "application/json", body.ToArray());
    }
}
