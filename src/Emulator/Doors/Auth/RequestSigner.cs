using System.Net.Http.Headers;

namespace StreamingLambda.Emulator.Doors.Auth;

/// <summary>Signs the emulator's own requests to function URLs and APIs, as a caller on AWS has to.</summary>
internal static class RequestSigner
{
    private const string HostHeader = "host";
    private const string DateHeader = "x-amz-date";
    private const string HashHeader = "x-amz-content-sha256";
    private const string TokenHeader = "x-amz-security-token";

    /// <summary>Adds the signature's headers.</summary>
    public static void Sign(
        HttpRequestMessage request,
        RequestTarget target,
        ReadOnlySpan<byte> body,
        Configuration.Account account,
        DateTimeOffset now,
        string service = SignatureVerifier.LambdaService)
    {
        string stamp = SignatureV4.Stamp(now);
        string hash = SignatureV4.Hash(body);
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [HostHeader] = request.RequestUri!.Authority,
            [DateHeader] = stamp,
            [HashHeader] = hash,
        };
        if (account.SessionToken is { } token)
            signed[TokenHeader] = token;
        foreach ((string name, string value) in signed.Where(header => header.Key != HostHeader))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        string[] names = [.. signed.Keys];
        string scope = $"{stamp[..8]}/{account.Region}/{service}/aws4_request";
        string canonical = SignatureV4.CanonicalRequest(
            request.Method.Method, target.Path, SignatureV4.CanonicalQuery(target, hasSignature: false), names, name => [signed[name]], hash);
        string signature = SignatureV4.Sign(account.SecretAccessKey, scope, SignatureV4.StringToSign(stamp, scope, canonical));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            SignatureV4.Algorithm, $"Credential={account.AccessKeyId}/{scope}, SignedHeaders={string.Join(';', names)}, Signature={signature}");
    }
}
