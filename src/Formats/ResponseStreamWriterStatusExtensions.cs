using System.Runtime.CompilerServices;

using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Sends answers in which the status says most: empty ones, redirects and problems.</summary>
/// <remarks>Each call is a whole response: status and headers, the body if there is one, finish. It completes when Lambda has accepted the response.
/// All methods throw what <see cref="ResponseStreamWriter"/> throws: <see cref="ArgumentException"/> for status and headers that cannot be sent, <see
/// cref="InvalidOperationException"/> where the response has already started, <see cref="RuntimeApiException"/> when Lambda refuses it.</remarks>
/// <example>
/// <code>
/// await response.SendProblemAsync("Use one whole number for 'count'.", new(400), cancellationToken);
/// </code>
/// </example>
public static class ResponseStreamWriterStatusExtensions
{
    /// <summary>Sends an answer without a body, with status 204 (No Content).</summary>
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendEmptyAsync(this ResponseStreamWriter response, CancellationToken cancellationToken) =>
        response.SendEmptyAsync(null, cancellationToken);

    /// <summary>Sends an answer without a body.</summary>
    /// <remarks>Where the status allows a body, that is a single newline, unless <see cref="StatusAndHeaders.AllowEmptyBody"/> is set: a response
    /// without one byte can hang a function URL.</remarks>
    /// <param name="response">The response.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 204 (No Content).</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    public static Task SendEmptyAsync(
        this ResponseStreamWriter response, StatusAndHeaders? statusAndHeaders = null, CancellationToken cancellationToken = default) =>
        response.SendWholeAsync(default, statusAndHeaders ?? new StatusAndHeaders(204), cancellationToken).AsTask();

    /// <summary>Sends the caller to another address, with status 302 (Found).</summary>
    /// <inheritdoc cref="SendRedirectAsync(ResponseStreamWriter, string, StatusAndHeaders, CancellationToken)" />
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendRedirectAsync(this ResponseStreamWriter response, string location, CancellationToken cancellationToken) =>
        response.SendRedirectAsync(location, null, cancellationToken);

    /// <summary>Sends the caller to another address.</summary>
    /// <param name="response">The response.</param>
    /// <param name="location">The address, absolute or relative, in ASCII: percent-encode the rest.</param>
    /// <param name="statusAndHeaders">Status (300 to 399), headers and cookies; null for 302 (Found), after which browsers ask with <c>GET</c>. With
    /// 307 or 308 they repeat the request.</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    /// <exception cref="ArgumentException">The address is empty, the status is none of a redirect, or the headers have a <c>Location</c> of their
    /// own.</exception>
    public static Task SendRedirectAsync(
        this ResponseStreamWriter response,
        string location,
        StatusAndHeaders? statusAndHeaders = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        if (statusAndHeaders is { StatusCode: < 300 or > 399 })
        {
            throw new ArgumentException(
                $"The status {statusAndHeaders.StatusCode} sends nobody anywhere. Use one from 300 to 399, such as 302.", nameof(statusAndHeaders));
        }
        if (statusAndHeaders?.Headers.ContainsKey("Location") == true)
            throw new ArgumentException("The headers have a Location. Give the address once, as 'location'.", nameof(statusAndHeaders));
        return response.SendWholeAsync(default, FormatHeaders.Complete(statusAndHeaders, 302, ("Location", location)), cancellationToken).AsTask();
    }

    /// <summary>Says what is wrong, with status 500 (Internal Server Error).</summary>
    /// <inheritdoc cref="SendProblemAsync(ResponseStreamWriter, string, StatusAndHeaders, CancellationToken)" />
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendProblemAsync(this ResponseStreamWriter response, string detail, CancellationToken cancellationToken) =>
        response.SendProblemAsync(detail, null, cancellationToken);

    /// <summary>Says what is wrong, as <c>application/problem+json</c> (RFC 9457).</summary>
    /// <param name="response">The response.</param>
    /// <param name="detail">What went wrong, for a person.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 500 (Internal Server Error).</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    public static Task SendProblemAsync(
        this ResponseStreamWriter response,
        string detail,
        StatusAndHeaders? statusAndHeaders = null,
        CancellationToken cancellationToken = default) =>
        response.SendProblemAsync(new HttpProblem { Detail = detail }, statusAndHeaders, cancellationToken);

    /// <summary>Says what is wrong, with status 500 (Internal Server Error).</summary>
    /// <inheritdoc cref="SendProblemAsync(ResponseStreamWriter, HttpProblem, StatusAndHeaders, CancellationToken)" />
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendProblemAsync(this ResponseStreamWriter response, HttpProblem problem, CancellationToken cancellationToken) =>
        response.SendProblemAsync(problem, null, cancellationToken);

    /// <summary>Says what is wrong, as <c>application/problem+json</c> (RFC 9457).</summary>
    /// <param name="response">The response.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 500 (Internal Server Error).</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    public static Task SendProblemAsync(
        this ResponseStreamWriter response,
        HttpProblem problem,
        StatusAndHeaders? statusAndHeaders = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        StatusAndHeaders head = FormatHeaders.Complete(statusAndHeaders, 500, ("Content-Type", "application/problem+json"));
        return response.SendWholeAsync(ProblemJson.From(problem, head.StatusCode), head, cancellationToken).AsTask();
    }
}
