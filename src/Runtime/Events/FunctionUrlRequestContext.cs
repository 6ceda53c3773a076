using System.Text.Json;

namespace StreamingLambda.Runtime.Events;

/// <summary>What Lambda knows about a function URL's request, <c>requestContext</c> of the event.</summary>
/// <remarks>As in <see cref="FunctionUrlRequest"/>, what the event leaves out is null, and what it has in another form throws a
/// <see cref="FormatException"/> when it is asked for.</remarks>
/// <example><code>DateTimeOffset receivedAt = request.RequestContext.ReceivedAt;</code></example>
public sealed class FunctionUrlRequestContext
{
    private readonly EventValue _context;

    internal FunctionUrlRequestContext(EventValue context)
    {
        _context = context;
        Http = new FunctionUrlHttp(context["http"]);
        Authorizer = context["authorizer"] is { IsNull: false } authorizer ? new FunctionUrlAuthorizer(authorizer) : null;
    }

    /// <summary>The AWS account of the caller; <c>anonymous</c> when the URL needs no authentication.</summary>
    public string? AccountId => _context["accountId"].ReadText();

    /// <summary>The id of the function URL, the first part of its host name.</summary>
    public string? ApiId => _context["apiId"].ReadText();

    /// <summary>Not used by function URLs: null.</summary>
    public JsonElement? Authentication => _context["authentication"].ReadElement();

    /// <summary>Who signed the request; null when the URL needs no authentication.</summary>
    public FunctionUrlAuthorizer? Authorizer { get; }

    /// <summary>The host name of the function URL.</summary>
    public string? DomainName => _context["domainName"].ReadText();

    /// <summary>The first part of the host name.</summary>
    public string? DomainPrefix => _context["domainPrefix"].ReadText();

    /// <summary>The request line and where it came from.</summary>
    public FunctionUrlHttp Http { get; }

    /// <summary>The id of the request to the URL. It differs from <see cref="Invocation.RequestId"/>.</summary>
    public string? RequestId => _context["requestId"].ReadText();

    /// <summary><c>$default</c> for function URLs.</summary>
    public string? RouteKey => _context["routeKey"].ReadText();

    /// <summary><c>$default</c> for function URLs.</summary>
    public string? Stage => _context["stage"].ReadText();

    /// <summary>When the request arrived, as Lambda writes it: <c>10/Jul/2026:19:19:06 +0000</c>.</summary>
    public string? Time => _context["time"].ReadText();

    /// <summary>When the request arrived, in whole milliseconds since 1970; 0 if the event does not say.</summary>
    public long TimeEpoch => _context["timeEpoch"].ReadInteger();

    /// <summary>When the request arrived: <see cref="TimeEpoch"/> as a time.</summary>
    /// <exception cref="FormatException"><see cref="TimeEpoch"/> is not a number, or not a time between the years 1 and 9999.</exception>
    public DateTimeOffset ReceivedAt => _context["timeEpoch"].ReadTime();
}

/// <summary>The HTTP side of a function URL's request, <c>requestContext.http</c> of the event.</summary>
/// <example><code>bool isReadOnly = request.RequestContext.Http.Method is "GET" or "HEAD";</code></example>
public sealed class FunctionUrlHttp
{
    private readonly EventValue _http;

    internal FunctionUrlHttp(EventValue http) => _http = http;

    /// <summary>The method: <c>GET</c>, <c>POST</c>, <c>PUT</c>, <c>HEAD</c>, <c>OPTIONS</c>, <c>PATCH</c> or <c>DELETE</c>.</summary>
    public string Method => _http["method"].ReadText() ?? "";

    /// <summary>The path, percent-decoded. <see cref="FunctionUrlRequest.RawPath"/> is the path as it was sent.</summary>
    public string Path => _http["path"].ReadText() ?? "";

    /// <summary>The protocol of the request, such as <c>HTTP/1.1</c>.</summary>
    public string? Protocol => _http["protocol"].ReadText();

    /// <summary>The IP address of the caller.</summary>
    public string? SourceIp => _http["sourceIp"].ReadText();

    /// <summary>The <c>user-agent</c> header.</summary>
    public string? UserAgent => _http["userAgent"].ReadText();
}

/// <summary>Who signed a function URL's request, <c>requestContext.authorizer</c> of the event.</summary>
/// <example><code>string caller = request.RequestContext.Authorizer?.Iam?.UserArn ?? "anonymous";</code></example>
public sealed class FunctionUrlAuthorizer
{
    private readonly EventValue _authorizer;

    internal FunctionUrlAuthorizer(EventValue authorizer) => _authorizer = authorizer;

    /// <summary>The IAM identity of the caller, when the URL's auth type is <c>AWS_IAM</c>.</summary>
    public FunctionUrlIamIdentity? Iam => _authorizer["iam"] is { IsNull: false } iam ? new FunctionUrlIamIdentity(iam) : null;
}

/// <summary>The IAM identity that signed a function URL's request, <c>requestContext.authorizer.iam</c> of the event.</summary>
/// <example><code>bool isOurs = identity.AccountId == "123456789012";</code></example>
public sealed class FunctionUrlIamIdentity
{
    private readonly EventValue _iam;

    internal FunctionUrlIamIdentity(EventValue iam) => _iam = iam;

    /// <summary>The access key that signed the request.</summary>
    public string? AccessKey => _iam["accessKey"].ReadText();

    /// <summary>The account of the caller.</summary>
    public string? AccountId => _iam["accountId"].ReadText();

    /// <summary>The unique id of the caller: user id, or role id and session name.</summary>
    public string? CallerId => _iam["callerId"].ReadText();

    /// <summary>Not used by function URLs: null.</summary>
    public JsonElement? CognitoIdentity => _iam["cognitoIdentity"].ReadElement();

    /// <summary>The organization of the caller's account, if it belongs to one.</summary>
    public string? PrincipalOrgId => _iam["principalOrgId"].ReadText();

    /// <summary>The ARN of the caller.</summary>
    public string? UserArn => _iam["userArn"].ReadText();

    /// <summary>The unique id of the caller: user id, or role id and session name.</summary>
    public string? UserId => _iam["userId"].ReadText();
}
