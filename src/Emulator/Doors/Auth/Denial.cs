namespace StreamingLambda.Emulator.Doors.Auth;

/// <summary>Why a request is refused with 403.</summary>
/// <param name="ErrorType">For <c>x-amzn-ErrorType</c>.</param>
/// <param name="Message">AWS's sentence for the caller.</param>
/// <param name="Explanation">What AWS keeps to itself: for the emulator's console.</param>
internal sealed record Denial(string ErrorType, string Message, string Explanation)
{
    /// <summary>The signature does not hold.</summary>
    public const string InvalidSignature = "InvalidSignatureException";

    /// <summary>Parts of it are missing.</summary>
    public const string IncompleteSignature = "IncompleteSignatureException";

    /// <summary>Nobody has these credentials.</summary>
    public const string UnrecognizedClient = "UnrecognizedClientException";

    /// <summary>There is no signature.</summary>
    public const string MissingToken = "MissingAuthenticationTokenException";
}
