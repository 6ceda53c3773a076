using System.Security.Claims;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The IAM identity that signed a request, as the app's user.</summary>
/// <remarks>Claims beside name and id bear the names of IAM's condition keys:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html</remarks>
internal static class IamCaller
{
    private const string AuthenticationType = "AWS_IAM";

    public static ClaimsPrincipal Create(FunctionUrlIamIdentity identity) =>
        Create(identity.CallerId, identity.UserId, identity.UserArn, identity.AccountId, identity.PrincipalOrgId);

    public static ClaimsPrincipal Create(ApiGatewayIdentity identity) =>
        Create(identity.Caller, identity.User, identity.UserArn, identity.AccountId, identity.PrincipalOrgId);

    private static ClaimsPrincipal Create(string? callerId, string? userId, string? userArn, string? accountId, string? organizationId)
    {
        var claims = new ClaimsIdentity(AuthenticationType);
        Add(ClaimTypes.NameIdentifier, callerId);
        Add(ClaimTypes.Name, userArn);
        Add("aws:userid", userId);
        Add("aws:PrincipalArn", userArn);
        Add("aws:PrincipalAccount", accountId);
        Add("aws:PrincipalOrgID", organizationId);
        return new ClaimsPrincipal(claims);

        void Add(string type, string? value)
        {
            if (value is not null)
                claims.AddClaim(new Claim(type, value));
        }
    }
}
