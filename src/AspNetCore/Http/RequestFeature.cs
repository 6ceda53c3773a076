using System.Net;
using System.Runtime.InteropServices;
using System.Security.Claims;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The request of an event, as ASP.NET Core reads requests.</summary>
internal sealed class RequestFeature : IHttpRequestFeature, IHttpRequestBodyDetectionFeature, IHttpRequestIdentifierFeature, IHttpConnectionFeature
{
    public RequestFeature(Invocation invocation, EventRequest request)
    {
        ReadOnlyMemory<byte> body = request.Body;
        Body = MemoryMarshal.TryGetArray(body, out ArraySegment<byte> bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);
        CanHaveBody = !body.IsEmpty;

        Headers = request.Headers;
        // The event's body is what there is, whatever the header said of it on its way.
        if (CanHaveBody || Headers.ContentLength is not null)
            Headers.ContentLength = body.Length;

        Method = request.Method;
        Protocol = request.Protocol ?? "HTTP/1.1";
        Scheme = Headers.TryGetValue("X-Forwarded-Proto", out StringValues scheme) && scheme is [{ Length: > 0 } first, ..]
            ? first
            : Uri.UriSchemeHttps;
        PathBase = request.PathBase;
        Path = RequestPath.Decode(request.Path);
        QueryString = request.QueryString;
        RawTarget = request.PathBase + request.Path + QueryString;
        TraceIdentifier = ConnectionId = invocation.RequestId;
        RemoteIpAddress = IPAddress.TryParse(request.SourceIp, out IPAddress? address) ? address : null;
        Caller = request.Caller;
    }

    public string Protocol { get; set; }

    public string Scheme { get; set; }

    public string Method { get; set; }

    public string PathBase { get; set; }

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

    /// <summary>Who has proven to be the caller; null for nobody.</summary>
    public ClaimsPrincipal? Caller { get; }
}
