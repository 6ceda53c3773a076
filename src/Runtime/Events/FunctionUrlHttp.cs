using System.Diagnostics.CodeAnalysis;

namespace StreamingLambda.Runtime.Events;

/// <summary>The HTTP side of a function URL's request, <c>requestContext.http</c> of the event.</summary>
/// <example><code>bool isReadOnly = request.RequestContext.Http.Method is "GET" or "HEAD";</code></example>
public sealed record FunctionUrlHttp
{
    private readonly string _method = "";
    private readonly string _path = "";

    /// <summary>The method: <c>GET</c>, <c>POST</c>, <c>PUT</c>, <c>HEAD</c>, <c>OPTIONS</c>, <c>PATCH</c> or <c>DELETE</c>.</summary>
    [AllowNull]
    public string Method { get => _method; init => _method = value ?? ""; }

    /// <summary>The path, percent-decoded. <see cref="FunctionUrlRequest.RawPath"/> is the path as it was sent.</summary>
    [AllowNull]
    public string Path { get => _path; init => _path = value ?? ""; }

    /// <summary>The protocol of the request, such as <c>HTTP/1.1</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>The IP address of the caller.</summary>
    public string? SourceIp { get; init; }

    /// <summary>The <c>user-agent</c> header.</summary>
    public string? UserAgent { get; init; }
}
