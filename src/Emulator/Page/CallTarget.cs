using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Doors.Apis;
using StreamingLambda.Emulator.Doors.Auth;
using StreamingLambda.Emulator.Page.Api;

namespace StreamingLambda.Emulator.Page;

/// <summary>Where a call of the page goes, and what it needs to get in there.</summary>
/// <param name="Method">The method.</param>
/// <param name="Origin">Host and port.</param>
/// <param name="Path">Path and query as they are sent, an API's with its stage.</param>
/// <param name="Signer">Whose credentials sign it; null: it goes unsigned.</param>
/// <param name="Service">The service that it is signed for.</param>
/// <param name="Key">The API key that goes with it; null: none.</param>
internal sealed record CallTarget(string Method, string Origin, string Path, Account? Signer, string Service, string? Key = null)
{
    /// <summary>A function's URL.</summary>
    public static CallTarget Of(ServedFunction served, CallJson call)
    {
        FunctionSettings settings = served.Function.Settings;
        Account? signer = settings.AuthType == AuthType.AwsIam ? settings.Account : null;
        return new CallTarget(MethodOf(call), served.Url.GetLeftPart(UriPartial.Authority), PathOf(call), signer, SignatureVerifier.LambdaService);
    }

    /// <summary>A path in an API's stage. Where there is no route, the API says so.</summary>
    public static CallTarget Of(ServedApi served, CallJson call)
    {
        ApiSettings api = served.Api;
        string path = PathOf(call);
        RouteAuth auth = new RouteTable(api.Routes, api.Kind).Find(MethodOf(call), RequestTarget.Parse(path).Path)?.Route.Auth ?? new RouteAuth();
        return new CallTarget(
            MethodOf(call),
            served.Url.GetLeftPart(UriPartial.Authority),
            api.StagePath + path,
            auth.IsSigned ? api.Account : null,
            RouteAuth.Service,
            auth.NeedsKey ? api.Keys[0] : null);
    }

    private static string MethodOf(CallJson call) => call.Method ?? (string.IsNullOrEmpty(call.Body) ? "GET" : "POST");

    private static string PathOf(CallJson call) => call.Path ?? "/";
}
