using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The app's status and headers in the form that Lambda takes.</summary>
internal static class ResponseHead
{
    public static StatusAndHeaders Create(int statusCode, IHeaderDictionary headers)
    {
        var fields = new Dictionary<string, string>(headers.Count, StringComparer.OrdinalIgnoreCase);
        IReadOnlyList<string> cookies = [];
        foreach ((string name, StringValues values) in headers)
        {
            if (name.Equals(HeaderNames.SetCookie, StringComparison.OrdinalIgnoreCase))
                cookies = [.. values.OfType<string>()];
            else if (!IsFraming(name) && values.Count > 0)
                fields[name] = string.Join(", ", values.AsEnumerable());
        }
        return new StatusAndHeaders(statusCode) { Headers = fields, Cookies = cookies };
    }

    /// <summary>Lambda frames a streamed response itself, whatever its length.</summary>
    private static bool IsFraming(string name) =>
        name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase);
}
