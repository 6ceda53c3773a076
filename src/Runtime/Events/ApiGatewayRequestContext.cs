using System.Text.Json;

namespace StreamingLambda.Runtime.Events;

/// <summary>What API Gateway knows about a REST API's request, <c>requestContext</c> of the event.</summary>
/// <remarks>As in <see cref="ApiGatewayRequest"/>, what the event leaves out is null, and what it has in another form throws a
/// <see cref="FormatException"/> when it is asked for.</remarks>
/// <example><code>string? tenant = request.RequestContext.Authorizer?.GetProperty("tenant").GetString();</code></example>
public sealed class ApiGatewayRequestContext
{
    private readonly EventValue _context;

    internal ApiGatewayRequestContext(EventValue context)
    {
        _context = context;
        Identity = new ApiGatewayIdentity(context["identity"]);
    }

    /// <summary>The AWS account that the API belongs to.</summary>
    public string? AccountId => _context["accountId"].ReadText();

    /// <summary>The id of the API.</summary>
    public string? ApiId => _context["apiId"].ReadText();

    /// <summary>What the API's authorizer found out: the context that a Lambda authorizer returned, or a Cognito user pool's <c>claims</c>. Null
    /// without an authorizer.</summary>
    public JsonElement? Authorizer => _context["authorizer"].ReadElement();

    /// <summary>The host name that was called.</summary>
    public string? DomainName => _context["domainName"].ReadText();

    /// <summary>The first part of the host name.</summary>
    public string? DomainPrefix => _context["domainPrefix"].ReadText();

    /// <summary>API Gateway's id for support cases, also in the response's header <c>x-amz-apigw-id</c>.</summary>
    public string? ExtendedRequestId => _context["extendedRequestId"].ReadText();

    /// <summary>The method of the request.</summary>
    public string? HttpMethod => _context["httpMethod"].ReadText();

    /// <summary>Who called.</summary>
    public ApiGatewayIdentity Identity { get; }

    /// <summary>The name that the API gives to the method, its <c>operationId</c> in OpenAPI; null if it has none.</summary>
    public string? OperationName => _context["operationName"].ReadText();

    /// <summary>The path with the stage in front.</summary>
    public string? Path => _context["path"].ReadText();

    /// <summary>The protocol of the request, such as <c>HTTP/1.1</c>.</summary>
    public string? Protocol => _context["protocol"].ReadText();

    /// <summary>The id of the request to the API. It differs from <see cref="Invocation.RequestId"/>.</summary>
    public string? RequestId => _context["requestId"].ReadText();

    /// <summary>When the request arrived, as API Gateway writes it: <c>10/Jul/2026:19:19:06 +0000</c>.</summary>
    public string? RequestTime => _context["requestTime"].ReadText();

    /// <summary>When the request arrived, in whole milliseconds since 1970; 0 if the event does not say.</summary>
    public long RequestTimeEpoch => _context["requestTimeEpoch"].ReadInteger();

    /// <summary>When the request arrived: <see cref="RequestTimeEpoch"/> as a time.</summary>
    /// <exception cref="FormatException"><see cref="RequestTimeEpoch"/> is not a number, or not a time between the years 1 and 9999.</exception>
    public DateTimeOffset ReceivedAt => _context["requestTimeEpoch"].ReadTime();

    /// <summary>The id of the resource.</summary>
    public string? ResourceId => _context["resourceId"].ReadText();

    /// <summary>The resource's path as the API defines it.</summary>
    public string? ResourcePath => _context["resourcePath"].ReadText();

    /// <summary>The stage of the API, such as <c>prod</c>.</summary>
    public string? Stage => _context["stage"].ReadText();
}

/// <summary>Who called a REST API, <c>requestContext.identity</c> of the event. What does not apply is null.</summary>
/// <example><code>string caller = identity.UserArn ?? identity.SourceIp ?? "unknown";</code></example>
public sealed class ApiGatewayIdentity
{
    private readonly EventValue _identity;

    internal ApiGatewayIdentity(EventValue identity) => _identity = identity;

    /// <summary>The access key that signed the request.</summary>
    public string? AccessKey => _identity["accessKey"].ReadText();

    /// <summary>The account of a caller who signed the request.</summary>
    public string? AccountId => _identity["accountId"].ReadText();

    /// <summary>The API key that was sent. Not for a log.</summary>
    public string? ApiKey => _identity["apiKey"].ReadText();

    /// <summary>The id of the API key that was sent.</summary>
    public string? ApiKeyId => _identity["apiKeyId"].ReadText();

    /// <summary>The principal of a caller who signed the request.</summary>
    public string? Caller => _identity["caller"].ReadText();

    /// <summary>The client's certificate, where the API uses mutual TLS.</summary>
    public JsonElement? ClientCert => _identity["clientCert"].ReadElement();

    /// <summary>How Cognito authenticated the caller: <c>authenticated</c> or <c>unauthenticated</c>.</summary>
    public string? CognitoAuthenticationType => _identity["cognitoAuthenticationType"].ReadText();

    /// <summary>The Cognito providers that the caller used, separated by commas.</summary>
    public string? CognitoAuthenticationProvider => _identity["cognitoAuthenticationProvider"].ReadText();

    /// <summary>The caller's id in the Cognito identity pool.</summary>
    public string? CognitoIdentityId => _identity["cognitoIdentityId"].ReadText();

    /// <summary>The Cognito identity pool of the caller.</summary>
    public string? CognitoIdentityPoolId => _identity["cognitoIdentityPoolId"].ReadText();

    /// <summary>The organization of a caller who signed the request, if the account belongs to one.</summary>
    public string? PrincipalOrgId => _identity["principalOrgId"].ReadText();

    /// <summary>The IP address of the connection to API Gateway.</summary>
    public string? SourceIp => _identity["sourceIp"].ReadText();

    /// <summary>The principal that is checked for access to the resource.</summary>
    public string? User => _identity["user"].ReadText();

    /// <summary>The <c>User-Agent</c> header.</summary>
    public string? UserAgent => _identity["userAgent"].ReadText();

    /// <summary>The ARN of a caller who signed the request.</summary>
    public string? UserArn => _identity["userArn"].ReadText();

    /// <summary>The VPC from which a private API was called.</summary>
    public string? VpcId => _identity["vpcId"].ReadText();

    /// <summary>The VPC endpoint through which a private API was called.</summary>
    public string? VpceId => _identity["vpceId"].ReadText();
}
