// AWS Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StreamingLambda.Emulator.Doors.Auth;

/// <summary>The computations behind a signature, each as AWS describes it.</summary>
internal static class SignatureV4
{
    /// <summary>The one algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Query parameter with the signature; where it is there, it is not part of what is signed.</summary>
    public const string SignatureParameter = "X-Amz-Signature";

    private const string TimestampFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Puts a request into the one form that both sides hash.</summary>
    public static string CanonicalRequest(
        string method,
        string rawPath,
        string canonicalQuery,
        IReadOnlyList<string> signedHeaders,
        Func<string, IEnumerable<string>> headerValues,
        string payloadHash)
    {
        var request = new StringBuilder();
        request.Append(method).Append('\n').Append(CanonicalPath(rawPath)).Append('\n').Append(canonicalQuery).Append('\n');
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
                segments.Add(PercentEncoding.Encode(Encoding.UTF8.GetBytes(segment)));
        }
        string path = "/" + string.Join('/', segments);
        return path.Length > 1 && rawPath.EndsWith('/') ? path + "/" : path;
    }

    /// <summary>Parameters decoded, encoded in the one way, and sorted by name and value.</summary>
    /// <param name="target">Where they are.</param>
    /// <param name="hasSignature">Whether the request's own signature is one of them, and so not signed itself.</param>
    public static string CanonicalQuery(RequestTarget target, bool hasSignature) => string.Join('&', target.RawParameters()
        .Where(pair => !hasSignature || pair.Key != SignatureParameter)
        .Select(pair => (Name: Canonical(pair.Key), Value: Canonical(pair.Value)))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    /// <summary>A value out of a query string.</summary>
    public static string Decode(string text) => Encoding.UTF8.GetString(PercentEncoding.DecodeQuery(text));

    /// <summary>A time as signatures have it.</summary>
    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads such a time.</summary>
    public static bool TryReadStamp(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);

    private static string Canonical(string rawText) => PercentEncoding.Encode(PercentEncoding.DecodeQuery(rawText));

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
