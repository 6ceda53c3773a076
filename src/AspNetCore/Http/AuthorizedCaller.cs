using System.Security.Claims;
using System.Text.Json;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>Whom a REST API's authorizer has let in, as the app's user.</summary>
/// <remarks>A Cognito user pool's authorizer gives <c>claims</c>, a Lambda authorizer <c>principalId</c> and a context of its own. Each is a claim of
/// the same name. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html</remarks>
internal static class AuthorizedCaller
{
    private const string AuthenticationType = "ApiGatewayAuthorizer";

    public static ClaimsPrincipal? Create(JsonElement? authorizer)
    {
        if (authorizer is not { ValueKind: JsonValueKind.Object } found)
            return null;
        bool hasClaims = found.TryGetProperty("claims", out JsonElement claims) && claims.ValueKind == JsonValueKind.Object;
        var identity = new ClaimsIdentity(AuthenticationType);
        foreach (JsonProperty property in (hasClaims ? claims : found).EnumerateObject())
            identity.AddClaim(new Claim(property.Name, property.Value.ToString()));
        AddAs(ClaimTypes.NameIdentifier, "sub", "principalId");
        AddAs(ClaimTypes.Name, "cognito:username", "principalId");
        // Nobody was named: an identity without claims would still count as authenticated.
        if (!identity.Claims.Any())
            return null;
        return new ClaimsPrincipal(identity);

        void AddAs(string type, string first, string second)
        {
            if ((identity.FindFirst(first) ?? identity.FindFirst(second)) is { } claim)
                identity.AddClaim(new Claim(type, claim.Value));
        }
    }
}
