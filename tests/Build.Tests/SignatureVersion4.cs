using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StreamingLambda.Build.Tests;

/// <summary>
/// The receiver's side of AWS Signature Version 4, as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
/// describes it: what the signature of a request must be, given the headers that it says it signed.
/// </summary>
internal static class SignatureVersion4
{
    public static string Expected(string secretKey, string method, string pathAndQuery, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        Dictionary<string, string> authorization = headers["Authorization"]["AWS4-HMAC-SHA256 ".Length..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part[1]);
        string scope = authorization["Credential"].Split('/', 2)[1];
        string signedHeaders = authorization["SignedHeaders"];

        string[] target = pathAndQuery.Split('?', 2);
        string query = target.Length == 1 ? "" : string.Join('&', target[1].Split('&').Order(StringComparer.Ordinal));
        string canonicalHeaders = string.Concat(signedHeaders.Split(';').Select(name => $"{name}:{headers[name].Trim()}\n"));
        string canonicalRequest = $"{method}\n{target[0]}\n{query}\n{canonicalHeaders}\n{signedHeaders}\n{Hex(SHA256.HashData(body))}";
        string toSign = $"AWS4-HMAC-SHA256\n{headers["x-amz-date"]}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)))}";

        byte[] key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes($"AWS4{secretKey}"), Mac);
        return Hex(Mac(key, toSign));
    }

    private static byte[] Mac(byte[] key, string data) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(data));

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLower(CultureInfo.InvariantCulture);
}
