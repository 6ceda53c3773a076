// AWS Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
using System.Security.Cryptography;
using System.Text;
using StreamingLambda.Emulator.Doors.FunctionUrl;

namespace StreamingLambda.Emulator.Doors.Auth;

/// <summary>The computations behind a signature, each as AWS describes it.</summary>
internal static class SignatureV4
{
    /// <summary>The one algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Query parameter with the signature; it is not part of what is signed.</summary>
    public const string SignatureParameter = "X-Amz-Signature";

    /// <summary>Puts a request into the one form that both sides hash.</summary>
    public static string CanonicalRequest(
        string method, RequestTarget target, IReadOnlyList<string> signedHeaders, Func<string, IEnumerable<string>> headerValues, string payloadHash)
    {
        var request = new StringBuilder();
        request.Append(method).Append('\n').Append(CanonicalPath(target.Path)).Append('\n').Append(CanonicalQuery(target)).Append('\n');
        foreach (string name in signedHeaders)
            request.Append(name).Append(':').AppendJoin(',', headerValues(name).Select(Collapse)).Append('\n');
        return request.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    /// <summary>What is signed: the canonical request's hash in its scope.</summary>
    public static string StringToSign(string timestamp, string scope, string canonicalRequest) =>
        $"{Algorithm}\n{timestamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";

    /// <summary>Signs with the key that is derived from the secret for one day, region and service.</summary>
    public static string Sign(string secretAccessKey, string scope, string stringToSign)
    {
        string[] parts = scope.Split('/');
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (string part in parts)
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(stringToSign)));
    }

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>
    /// The path as it was sent, without empty and dot segments, each segment encoded once more: every service but S3 does so.
    /// </summary>
    public static string CanonicalPath(string rawPath)
    {
        var segments = new List<string>();
        foreach (string segment in rawPath.Split('/'))
        {
            if (segment == ".." && segments.Count > 0)
                segments.RemoveAt(segments.Count - 1);
            else if (segment is not ("" or "." or ".."))
                segments.Add(Encode(segment));
        }
        string path = "/" + string.Join('/', segments);
        return path.Length > 1 && rawPath.EndsWith('/') ? path + "/" : path;
    }

    /// <summary>Parameters decoded, encoded in the one way, and sorted by name and value.</summary>
    public static string CanonicalQuery(RequestTarget target) => string.Join('&', target.RawParameters()
        .Select(pair => (Name: Encode(Decode(pair.Key)), Value: Encode(Decode(pair.Value))))
        .Where(pair => pair.Name != SignatureParameter)
        .OrderBy(pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    /// <summary>A value out of a query string.</summary>
    public static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    // Unreserved characters stay, every other byte becomes %XX: what Uri.EscapeDataString does.
    private static string Encode(string text) => Uri.EscapeDataString(text);

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
