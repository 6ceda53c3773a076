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
public sealed class StatusAndHeaders
{
    /// <summary>Fields whose definition has one value (RFC 9110, Fetch and HTML): two of them, joined, mean nothing to any recipient.</summary>
    private static readonly string[] SingleValued =
    [
        "Access-Control-Allow-Credentials", "Access-Control-Allow-Origin", "Access-Control-Max-Age", "Age", "Content-Disposition",
        "Content-Location", "Content-Range", "Content-Type", "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy", "Date", "ETag", "Expires", "Last-Modified", "Location", "Origin-Agent-Cluster", "Retry-After",
        "Server", "Strict-Transport-Security",
    ];

    private readonly IReadOnlyDictionary<string, string> _headers = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Creates the head of a response.</summary>
    /// <param name="statusCode">The HTTP status, 200 to 599: those from 100 to 199 are interim answers, never a response's.</param>
    /// <param name="headers">Header names and values. A name may come several times, in any case: its values are joined as in
    /// <see cref="Headers"/>.</param>
    /// <exception cref="ArgumentException">A header that can have one value only, such as <c>Content-Type</c>, is given twice.</exception>
    public StatusAndHeaders(int statusCode, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        StatusCode = statusCode;
        if (headers.IsEmpty)
            return;
        Dictionary<string, string> map = CreateMap(headers.Length);
        foreach ((string name, string value) in headers)
            Add(map, name, value);
        _headers = map;
    }

    /// <summary>The HTTP status, 200 to 599.</summary>
    public int StatusCode { get; init; }

    /// <summary>Header names and values: names are HTTP tokens, values printable ASCII. <c>Content-Length</c>,
    /// <c>Transfer-Encoding</c> and <c>Set-Cookie</c> are refused: Lambda frames the response, and cookies go in <see cref="Cookies"/>.</summary>
    /// <remarks>Several values of one header stand in one text, separated by ", ", which means the same to whoever reads them as several lines do
    /// (RFC 9110, 5.3). It is the one form that a function URL and a REST API pass on alike.</remarks>
    /// <exception cref="ArgumentException">Two names differ in case only, and the header can have one value only.</exception>
    public IReadOnlyDictionary<string, string> Headers
    {
        get => _headers;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            Dictionary<string, string> map = CreateMap(value.Count);
            foreach ((string name, string text) in value)
                Add(map, name, text);
            _headers = map;
        }
    }

    /// <summary>One <c>Set-Cookie</c> value each, attributes included: the one header whose values cannot be joined.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>Whether a response that is finished without a single body byte is left empty. A function URL on AWS can then keep its
    /// caller waiting until the function's timeout, so by default the runtime sends one newline (unless the status forbids a body: 204, 205,
    /// 304).</summary>
    public bool AllowEmptyBody { get; init; }

    private static Dictionary<string, string> CreateMap(int count) => new(count, StringComparer.OrdinalIgnoreCase);

    private static void Add(Dictionary<string, string> headers, string name, string value)
    {
        if (headers.TryAdd(name, value))
            return;
        if (SingleValued.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"The header '{name}' is given twice, and it can have one value only. Keep one of them.", nameof(headers));
        // A null is refused when it is written, with the header's name.
        headers[name] = headers[name] is { } before && value is not null ? $"{before}, {value}" : null!;
    }
}
