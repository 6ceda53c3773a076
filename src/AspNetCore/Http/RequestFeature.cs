using System.Net;
using System.Runtime.InteropServices;
using System.Security.Claims;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The request of a function URL's event, as ASP.NET Core reads requests.</summary>
internal sealed class RequestFeature : IHttpRequestFeature, IHttpRequestBodyDetectionFeature, IHttpRequestIdentifierFeature, IHttpConnectionFeature
{
    public RequestFeature(Invocation invocation, FunctionUrlRequest request)
    {
        ReadOnlyMemory<byte> body = request.ReadBody();
        Body = MemoryMarshal.TryGetArray(body, out ArraySegment<byte> bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);
        CanHaveBody = !body.IsEmpty;

        Headers = new HeaderDictionary(request.Headers.Count);
        foreach ((string name, string value) in request.Headers)
            Headers[name] = value;
        if (request.Cookies.Count > 0 && !Headers.ContainsKey(HeaderNames.Cookie))
            Headers.Cookie = string.Join("; ", request.Cookies);
        // The event's body is what there is, whatever the header said of it on its way.
        if (CanHaveBody || Headers.ContentLength is not null)
            Headers.ContentLength = body.Length;

        Method = request.RequestContext.Http.Method;
        Protocol = request.RequestContext.Http.Protocol ?? "HTTP/1.1";
        Scheme = request.GetHeader("X-Forwarded-Proto") ?? Uri.UriSchemeHttps;
        Path = RequestPath.Decode(request.RawPath);
        QueryString = request.RawQueryString.Length > 0 ? "?" + request.RawQueryString : "";
        RawTarget = request.RawPath + QueryString;
        TraceIdentifier = ConnectionId = invocation.RequestId;
        RemoteIpAddress = IPAddress.TryParse(request.RequestContext.Http.SourceIp, out IPAddress? address) ? address : null;
        if (request.RequestContext.Authorizer?.Iam is { } identity)
            Caller = IamCaller.Create(identity);
    }

    public string Protocol { get; set; }

    public string Scheme { get; set; }

    public string Method { get; set; }

    public string PathBase { get; set; } = "";

    public string Path { get; set; }

    public string QueryString { get; set; }

    public string RawTarget { get; set; }

    public IHeaderDictionary Headers { get; set; }

    public Stream Body { get; set; }

    public bool CanHaveBody { get; }

    public string TraceIdentifier { get; set; }

    public string ConnectionId { get; set; }

    public IPAddress? RemoteIpAddress { get; set; }

    /// <summary>Lambda does not tell.</summary>
    public int RemotePort { get; set; }

    /// <summary>There is no socket of the caller's here.</summary>
    public IPAddress? LocalIpAddress { get; set; }

    public int LocalPort { get; set; }

    /// <summary>Who signed the request, if the URL asks for signatures.</summary>
    public ClaimsPrincipal? Caller { get; }
}
