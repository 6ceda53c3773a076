namespace StreamingLambda.Runtime.Errors;

/// <summary>An error in the middle of a streamed response: two trailers, the type and the base64 of the JSON that <c>.../error</c> takes.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming</remarks>
internal static class ErrorTrailers
{
    /// <summary>The Runtime API is a Go server, and Go's <c>net/http</c> takes at most 4,096 bytes of trailers; beyond that the whole
    /// response counts as cut off. In base64 this JSON takes 3,840, which leaves room for the names and the type.</summary>
    private const int MaxJsonBytes = 2_880;

    public static IReadOnlyList<KeyValuePair<string, string>> From(Exception failure)
    {
        var report = ErrorReport.From(failure);
        return
        [
            new(ErrorHeaders.Type, report.LambdaErrorType),
            new(ErrorHeaders.Body, Convert.ToBase64String(report.ToJson(MaxJsonBytes))),
        ];
    }
}
