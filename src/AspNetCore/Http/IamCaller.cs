using System.Security.Claims;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The IAM identity that signed a request, as the app's user.</summary>
/// <remarks>Claims beside name and id bear the names of IAM's condition keys:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html</remarks>
internal static class IamCaller
{
    private const string AuthenticationType = "AWS_IAM";

    public static ClaimsPrincipal Create(FunctionUrlIamIdentity identity)
    {
        var claims = new ClaimsIdentity(AuthenticationType);
        Add(ClaimTypes.NameIdentifier, identity.CallerId);
        Add(ClaimTypes.Name, identity.UserArn);
        Add("aws:userid", identity.UserId);
        Add("aws:PrincipalArn", identity.UserArn);
        Add("aws:PrincipalAccount", identity.AccountId);
        Add("aws:PrincipalOrgID", identity.PrincipalOrgId);
        return new ClaimsPrincipal(claims);

        void Add(string type, string? value)
        {
            if (value is not null)
                claims.AddClaim(new Claim(type, value));
        }
    }
}
