using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace StreamingLambda.Emulator.Doors.Auth;

/// <summary>What a signed request says about its signature, in the <c>Authorization</c> header or in the query.</summary>
internal sealed record AuthorizationFields
{
    private const string TokenHeader = "x-amz-security-token";
    private static readonly string[] Names = ["Credential", "Signature", "SignedHeaders"];

    /// <summary>Access key id and scope, <c>AKID/20261121/us-east-1/lambda/aws4_request</c>.</summary>
    public required string Credential { get; init; }

    /// <summary>Names of the signed headers.</summary>
    public required IReadOnlyList<string> SignedHeaders { get; init; }

    /// <summary>The signature.</summary>
    public required string Signature { get; init; }

    /// <summary>When it was signed, <c>yyyyMMddTHHmmssZ</c>.</summary>
    public required string Timestamp { get; init; }

    /// <summary>Session token of temporary credentials, empty without.</summary>
    public required string SecurityToken { get; init; }

    /// <summary>How long a signature in the query holds, in seconds; null for one in the header.</summary>
    public string? Expires { get; init; }

    /// <summary>Whether the signature is in the query, where it is no part of what is signed.</summary>
    public bool AreInQuery => Expires is not null;

    /// <summary>Whether the request is signed at all, well or not.</summary>
    public static bool ArePresent(HttpRequest request, RequestTarget target) =>
        request.Headers.Authorization.Count > 0 || target.RawParameters().Any(pair => pair.Key == "X-Amz-Algorithm");

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">Something is missing or malformed; the message is AWS's.</exception>
    public static AuthorizationFields Read(HttpRequest request, RequestTarget target) =>
        request.Headers.Authorization.Count > 0 ? FromHeader(request) : FromQuery(target);

    private static AuthorizationFields FromHeader(HttpRequest request)
    {
        string header = Single(request.Headers.Authorization, "Authorization");
        string timestamp = Timestamped(request);
        Dictionary<string, string> fields = Split(header);
        List<string> missing = [.. Names.Where(name => fields.GetValueOrDefault(name, "").Length == 0)
            .Select(name => $"Authorization header requires '{name}' parameter.")];
        if (timestamp.Length == 0)
            missing.Add("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        if (missing.Count > 0)
            throw new FormatException($"{string.Join(' ', missing)} Authorization={header}");

        return new AuthorizationFields
        {
            Credential = fields["Credential"],
            SignedHeaders = fields["SignedHeaders"].Split(';'),
            Signature = fields["Signature"],
            Timestamp = timestamp,
            SecurityToken = Single(request.Headers[TokenHeader], TokenHeader),
        };
    }

    // Another scheme has none of these fields, whatever it has instead.
    private static Dictionary<string, string> Split(string header)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!header.StartsWith(SignatureV4.Algorithm + " ", StringComparison.Ordinal))
            return fields;

        foreach (string part in header[SignatureV4.Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException($"'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'.");
            string name = part[..equals];
            if (!Names.Contains(name) || !fields.TryAdd(name, part[(equals + 1)..]))
            {
                throw new FormatException(
                    $"'{name}' is none of 'Credential', 'SignedHeaders', 'Signature', or not the only one, in Authorization header: '{header}'.");
            }
        }
        return fields;
    }

    // X-Amz-Date has the form that is signed. Date is HTTP's, and its form too (RFC 9110, 5.6.7), unless the client writes the other one there.
    private static string Timestamped(HttpRequest request)
    {
        if (Single(request.Headers["x-amz-date"], "X-Amz-Date") is { Length: > 0 } amazon)
            return amazon;
        string date = Single(request.Headers.Date, "Date");
        return DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? SignatureV4.Stamp(time)
            : date;
    }

    private static AuthorizationFields FromQuery(RequestTarget target)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in target.RawParameters())
        {
            if (!fields.TryAdd(name, SignatureV4.Decode(value)) && name.StartsWith("X-Amz-", StringComparison.Ordinal))
                throw new FormatException($"AWS query-string parameter '{name}' must not be given twice.");
        }
        if (fields["X-Amz-Algorithm"] != SignatureV4.Algorithm)
            throw new FormatException($"AWS query-string parameter 'X-Amz-Algorithm' requires '{SignatureV4.Algorithm}'.");
        return new AuthorizationFields
        {
            Credential = Required(fields, "X-Amz-Credential"),
            SignedHeaders = Required(fields, "X-Amz-SignedHeaders").Split(';'),
            Signature = Required(fields, SignatureV4.SignatureParameter),
            Timestamp = Required(fields, "X-Amz-Date"),
            SecurityToken = fields.GetValueOrDefault("X-Amz-Security-Token", ""),
            Expires = fields.GetValueOrDefault("X-Amz-Expires", "300"),
        };
    }

    private static string Required(Dictionary<string, string> fields, string name) =>
        fields.TryGetValue(name, out string? value) && value.Length > 0
            ? value
            : throw new FormatException($"AWS query-string parameters must include '{name}'.");

    private static string Single(StringValues values, string name) => values.Count <= 1
        ? values.ToString()
        : throw new FormatException($"The header '{name}' must not be given twice.");
}
