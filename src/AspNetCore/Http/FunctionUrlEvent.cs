using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The request in a function URL's event.</summary>
internal static class FunctionUrlEvent
{
    public static EventRequest Read(FunctionUrlRequest request) => new()
    {
        Method = request.RequestContext.Http.Method,
        Protocol = request.RequestContext.Http.Protocol,
        Path = request.RawPath,
        QueryString = request.RawQueryString.Length > 0 ? "?" + request.RawQueryString : "",
        Headers = ReadHeaders(request),
        Body = request.ReadBody(),
        SourceIp = request.RequestContext.Http.SourceIp,
        Caller = request.RequestContext.Authorizer?.Iam is { } identity ? IamCaller.Create(identity) : null,
    };

    private static HeaderDictionary ReadHeaders(FunctionUrlRequest request)
    {
        var headers = new HeaderDictionary(request.Headers.Count);
        foreach ((string name, string value) in request.Headers)
            headers[name] = value;
        if (request.Cookies.Count > 0 && !headers.ContainsKey(HeaderNames.Cookie))
            headers[HeaderNames.Cookie] = string.Join("; ", request.Cookies);
        return headers;
    }
}
