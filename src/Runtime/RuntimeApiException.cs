using System.Globalization;

namespace StreamingLambda.Runtime;

/// <summary>Lambda's Runtime API refused a request, or could not be reached.</summary>
/// <remarks>Status codes: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</remarks>
/// <example>
/// <code>
/// try
/// {
///     await response.WriteAndFinishAsync(text, cancellationToken);
/// }
/// catch (RuntimeApiException refused) when (refused.StatusCode == 413)
/// {
///     invocation.Log.Error("The response is larger than Lambda takes.", refused);
/// }
/// </code>
/// </example>
public sealed class RuntimeApiException : Exception
{
    internal RuntimeApiException(string method, string path, int statusCode, string responseBody, string? hint = null)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"The Lambda Runtime API answered {method} {path} with status {statusCode}: {responseBody}{(hint is null ? "" : " " + hint)}"))
    {
        Method = method;
        Path = path;
        StatusCode = statusCode;
        ResponseBody = responseBody;
    }

    internal RuntimeApiException(string method, string path, string message, Exception? innerException = null)
        : base($"{method} {path} to the Lambda Runtime API failed: {message}", innerException)
    {
        Method = method;
        Path = path;
        ResponseBody = "";
    }

    /// <summary>The HTTP method of the request.</summary>
    public string Method { get; }

    /// <summary>The path of the request.</summary>
    public string Path { get; }

    /// <summary>The status of the answer; null when there was none because the connection failed.</summary>
    public int? StatusCode { get; }

    /// <summary>The body of the answer, its first 1,024 bytes; empty when there was none.</summary>
    public string ResponseBody { get; }

    /// <summary>Lambda says with 500 that the environment is beyond recovery and that the process should leave promptly.</summary>
    internal bool IsFatal => StatusCode == 500;
}
