using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.Auth;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>The Lambda API on any port. Always signed, as on AWS: what is open to all does not open what stands beside it.</summary>
internal sealed class LambdaApiDoor(IReadOnlyList<Function> functions, Account account, Limits limits, TimeProvider time)
{
    private const string SignedOnly = "The Lambda API is for signed requests only: give the client the credentials that the emulator has.";

    private readonly LambdaApiEndpoint _api = new(functions, account, time);
    private readonly SignatureVerifier _verifier = new(account, time);

    /// <summary>Handles a request. Not null: the answer is this error.</summary>
    public async Task<LambdaError?> HandleAsync(HttpContext context, RequestTarget target, LambdaApiRoute route)
    {
        if (await RequestBody.ReadAsync(context, limits.Event) is not { } body)
            return LambdaError.TooLarge(limits);

        LambdaError? denied = _verifier.Verify(context.Request, target, body);
        if (denied?.Type == LambdaError.MissingToken)
            return denied with { Explanation = $"{denied.Explanation} {SignedOnly}" };
        return denied ?? await _api.HandleAsync(context, target, route, body);
    }
}
