namespace StreamingLambda.Runtime.Events;

/// <summary>Who signed a function URL's request, <c>requestContext.authorizer</c> of the event.</summary>
/// <example><code>string caller = request.RequestContext.Authorizer?.Iam?.UserArn ?? "anonymous";</code></example>
public sealed record FunctionUrlAuthorizer
{
    /// <summary>The IAM identity of the caller, when the URL's auth type is <c>AWS_IAM</c>.</summary>
    public FunctionUrlIamIdentity? Iam { get; init; }
}
