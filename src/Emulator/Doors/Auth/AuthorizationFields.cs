using StreamingLambda.Emulator.Doors.FunctionUrl;

namespace StreamingLambda.Emulator.Doors.Auth;

/// <summary>What a signed request says about its signature, in the <c>Authorization</c> header or in the query.</summary>
internal sealed record AuthorizationFields
{
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

    /// <summary>Whether the request is signed at all, well or not.</summary>
    public static bool ArePresent(HttpRequest request, RequestTarget target) =>
        request.Headers.Authorization.Count > 0 || target.RawParameters().Any(pair => pair.Key == "X-Amz-Algorithm");

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">Something is missing or malformed; the message is AWS's.</exception>
    public static AuthorizationFields Read(HttpRequest request, RequestTarget target) =>
        request.Headers.Authorization.Count > 0 ? FromHeader(request) : FromQuery(target);

    private static AuthorizationFields FromHeader(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(SignatureV4.Algorithm + " ", StringComparison.Ordinal))
            throw new FormatException($"Authorization header requires '{SignatureV4.Algorithm}'. Authorization={header}");

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in header[SignatureV4.Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                fields[part[..equals]] = part[(equals + 1)..];
        }

        string timestamp = request.Headers["x-amz-date"].ToString();
        return new AuthorizationFields
        {
            Credential = Required(fields, "Credential", "Authorization header"),
            SignedHeaders = Required(fields, "SignedHeaders", "Authorization header").Split(';'),
            Signature = Required(fields, "Signature", "Authorization header"),
            Timestamp = timestamp.Length > 0 ? timestamp : throw new FormatException("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."),
            SecurityToken = request.Headers["x-amz-security-token"].ToString(),
        };
    }

    private static AuthorizationFields FromQuery(RequestTarget target)
    {
        var fields = target.RawParameters().GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => SignatureV4.Decode(group.First().Value));
        if (fields["X-Amz-Algorithm"] != SignatureV4.Algorithm)
            throw new FormatException($"AWS query-string parameter 'X-Amz-Algorithm' requires '{SignatureV4.Algorithm}'.");
        return new AuthorizationFields
        {
            Credential = Required(fields, "X-Amz-Credential", "AWS query-string parameters"),
            SignedHeaders = Required(fields, "X-Amz-SignedHeaders", "AWS query-string parameters").Split(';'),
            Signature = Required(fields, SignatureV4.SignatureParameter, "AWS query-string parameters"),
            Timestamp = Required(fields, "X-Amz-Date", "AWS query-string parameters"),
            SecurityToken = fields.GetValueOrDefault("X-Amz-Security-Token", ""),
            Expires = fields.GetValueOrDefault("X-Amz-Expires", "300"),
        };
    }

    private static string Required(Dictionary<string, string> fields, string name, string place) =>
        fields.TryGetValue(name, out string? value) && value.Length > 0 ? value : throw new FormatException($"{place} must include '{name}'.");
}
