using System.Collections.ObjectModel;

namespace StreamingLambda.Runtime;

/// <summary>The status, headers and cookies of an HTTP response, sent once before the body.</summary>
/// <remarks>They are checked when they are written (<see cref="ResponseStreamWriter.WriteStatusAndHeadersAsync"/>), before anything is
/// sent, so that a handler that hears of a mistake can still send another answer.</remarks>
/// <example>
/// <code>
/// var head = new StatusAndHeaders(200, ("Content-Type", "text/plain"), ("Cache-Control", "no-cache")) { Cookies = ["session=1; Secure"] };
/// </code>
/// </example>
public sealed record StatusAndHeaders
{
    private static readonly ReadOnlyDictionary<string, string> NoHeaders = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Creates the head of a response.</summary>
    /// <param name="statusCode">The HTTP status, 100 to 599.</param>
    /// <param name="headers">Header names and values. A name given twice is an error: join the values with ", ".</param>
    /// <exception cref="ArgumentException">A header name is given twice.</exception>
    public StatusAndHeaders(int statusCode, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        StatusCode = statusCode;
        if (headers.IsEmpty)
            return;
        var map = new Dictionary<string, string>(headers.Length, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in headers)
        {
            if (!map.TryAdd(name, value))
                throw new ArgumentException($"The header '{name}' is given twice. Join its values with \", \", or use Cookies for Set-Cookie.", nameof(headers));
        }
        Headers = map;
    }

    /// <summary>The HTTP status, 100 to 599.</summary>
    public int StatusCode { get; init; }

    /// <summary>Header names and values: names are HTTP tokens, values printable ASCII. <c>Content-Length</c>,
    /// <c>Transfer-Encoding</c> and <c>Set-Cookie</c> are refused: Lambda frames the response, and cookies go in <see cref="Cookies"/>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>One <c>Set-Cookie</c> value each, attributes included.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>Whether a response that is finished without a single body byte is left empty. A function URL on AWS can then keep its
    /// caller waiting until the function's timeout, so by default the runtime sends one newline (unless the status forbids a body: 1xx, 204, 205, 304).</summary>
    public bool AllowEmptyBody { get; init; }
}
