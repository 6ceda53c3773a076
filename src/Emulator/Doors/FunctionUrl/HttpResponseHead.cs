using Microsoft.Extensions.Primitives;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>Puts what a function says about its response onto the real one, as a function URL does.</summary>
internal static class HttpResponseHead
{
    // These belong to the connection between caller and function URL. AWS keeps a function's own under another name.
    private static readonly HashSet<string> Remapped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Date", "Keep-Alive", "Proxy-Connection", "Server", "TE", "Trailer", "Upgrade", "WWW-Authenticate",
        "X-Amzn-RequestId", "X-Amzn-Trace-Id",
    };

    /// <summary>The headers that every answer has.</summary>
    public static void Begin(HttpResponse response, string requestId, string traceRoot)
    {
        response.Headers["x-amzn-RequestId"] = requestId;
        response.Headers["X-Amzn-Trace-Id"] = traceRoot;
    }

    /// <summary>Status, headers and cookies of the function, and a content type if it gives none.</summary>
    public static void Apply(HttpResponse response, Prelude prelude, string defaultContentType)
    {
        response.StatusCode = prelude.StatusCode;
        foreach ((string name, string value) in prelude.Headers)
        {
            // A cookie in the headers is not a cookie (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
            if (!name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                AddHeader(response, name, value);
        }
        foreach (string cookie in prelude.Cookies)
            AddHeader(response, "Set-Cookie", cookie);
        if (!response.Headers.ContainsKey("Content-Type") && CanHaveBody(response.StatusCode))
            response.ContentType = defaultContentType;
    }

    /// <summary>Adds a header under the name that AWS gives it. The body is framed anew: what a function says of that is dropped.</summary>
    public static void AddHeader(HttpResponse response, string name, string value)
    {
        if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            Add(response.Headers, Remapped.Contains(name) ? $"x-amzn-Remapped-{name}" : name, value);
    }

    /// <summary>What a function's author should know of a prelude: what function URLs ignore; null: nothing.</summary>
    public static string? NoteOn(Prelude prelude) => prelude.MultiValueHeaders.Count == 0
        ? null
        : $"NOTE: multiValueHeaders ({string.Join(", ", prelude.MultiValueHeaders.Select(header => header.Key).Distinct())}) are ignored: they are "
            + "for REST APIs. A function URL takes several values of a header joined by commas in headers, and each Set-Cookie in cookies.";

    /// <summary>Whether HTTP allows a body after this status.</summary>
    public static bool CanHaveBody(int status) => status is not
        (< 200 or StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    private static void Add(IHeaderDictionary headers, string name, string value)
    {
        headers.Remove(name, out StringValues before);
        // ASP0019 Use IHeaderDictionary.Append or the indexer to append or set headers: both take an empty value for none
#pragma warning disable ASP0019
        headers.Add(name, StringValues.Concat(before, value));
#pragma warning restore ASP0019
    }
}
