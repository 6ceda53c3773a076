using System.Text.Json;

namespace StreamingLambda.Runtime.Events;

/// <summary>The IAM identity that signed a function URL's request, <c>requestContext.authorizer.iam</c> of the event.</summary>
/// <example><code>bool isOurs = identity.AccountId == "123456789012";</code></example>
public sealed record FunctionUrlIamIdentity
{
    /// <summary>The access key that signed the request.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The account of the caller.</summary>
    public string? AccountId { get; init; }

    /// <summary>The unique id of the caller: user id, or role id and session name.</summary>
    public string? CallerId { get; init; }

    /// <summary>Not used by function URLs: null.</summary>
    public JsonElement? CognitoIdentity { get; init; }

    /// <summary>The organization of the caller's account, if it belongs to one.</summary>
    public string? PrincipalOrgId { get; init; }

    /// <summary>The ARN of the caller.</summary>
    public string? UserArn { get; init; }

    /// <summary>The unique id of the caller: user id, or role id and session name.</summary>
    public string? UserId { get; init; }
}
