using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.Auth;

/// <summary>Decides whether a request is signed by the one account that the emulator knows.</summary>
internal sealed class SignatureVerifier(Account account, TimeProvider time, string service = SignatureVerifier.LambdaService)
{
    /// <summary>The service that function URLs and the Lambda API are signed for.</summary>
    public const string LambdaService = "lambda";

    /// <summary>Of the date at the beginning of a timestamp.</summary>
    private const int DateLength = 8;

    private const string TokenInvalid = "The security token included in the request is invalid.";
    private const string Mismatch =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
        + "Consult the service documentation for details.";

    /// <summary>How far the caller's clock may be off.</summary>
    private static readonly TimeSpan ClockWindow = TimeSpan.FromMinutes(5);

    /// <summary>Null: the signature holds.</summary>
    public LambdaError? Verify(HttpRequest request, RequestTarget target, ReadOnlyMemory<byte> body)
    {
        if (!AuthorizationFields.ArePresent(request, target))
            return LambdaError.Unauthorized(LambdaError.MissingToken, "Missing Authentication Token", "the request is not signed.");

        AuthorizationFields fields;
        try
        {
            fields = AuthorizationFields.Read(request, target);
        }
        catch (FormatException exception)
        {
            return LambdaError.Unauthorized(LambdaError.IncompleteSignature, exception.Message, exception.Message);
        }
        return VerifyScope(fields) ?? VerifyTime(fields) ?? VerifySignedHeaders(request, fields) ?? VerifySignature(request, target, body, fields);
    }

    private LambdaError? VerifyScope(AuthorizationFields fields)
    {
        string[] parts = fields.Credential.Split('/');
        if (parts.Length != 5 || parts[4] != "aws4_request")
        {
            return LambdaError.Unauthorized(
                LambdaError.IncompleteSignature,
                $"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{fields.Credential}'",
                "the credential scope is malformed.");
        }
        if (parts[2] != account.Region)
        {
            return LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                "Credential should be scoped to a valid region. ",
                $"it is signed for region '{parts[2]}', the function is in '{account.Region}'. Sign for that region; the emulator's is AWS_REGION.");
        }
        if (parts[3] != service)
        {
            return LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                $"Credential should be scoped to correct service: '{service}'. ",
                $"it is signed for service '{parts[3]}', not '{service}'. Sign for '{service}'.");
        }
        if (fields.Timestamp.Length < DateLength || parts[1] != fields.Timestamp[..DateLength])
        {
            return LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{parts[1]}' != '{fields.Timestamp}', "
                    + $"from '{fields.Timestamp}'.",
                "the date in the scope is not the date of the request.");
        }
        if (parts[0] != account.AccessKeyId)
        {
            return LambdaError.Unauthorized(
                LambdaError.UnrecognizedClient,
                TokenInvalid,
                $"it is signed with access key '{parts[0]}', the emulator knows '{account.AccessKeyId}' only.");
        }
        return fields.SecurityToken == (account.SessionToken ?? "")
            ? null
            : LambdaError.Unauthorized(
                LambdaError.UnrecognizedClient,
                TokenInvalid,
                account.SessionToken is null
                    ? "it carries a session token, but the emulator's credentials have none."
                    : "its session token is missing or not the one in AWS_SESSION_TOKEN; send it as x-amz-security-token.");
    }

    private LambdaError? VerifyTime(AuthorizationFields fields)
    {
        if (!SignatureV4.TryReadStamp(fields.Timestamp, out DateTimeOffset signed))
        {
            return LambdaError.Unauthorized(
                LambdaError.IncompleteSignature,
                $"Date must be in ISO-8601 'basic format'. Got '{fields.Timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601",
                "the date is malformed.");
        }

        DateTimeOffset now = time.GetUtcNow();
        TimeSpan validity = ClockWindow;
        if (fields.Expires is not null)
        {
            if (!int.TryParse(fields.Expires, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < 1 or > 604800)
            {
                return LambdaError.Unauthorized(
                    LambdaError.IncompleteSignature,
                    "X-Amz-Expires must be between 1 and 604800",
                    "X-Amz-Expires is not a number of seconds up to a week.");
            }
            validity = TimeSpan.FromSeconds(seconds);
        }
        if (now - signed > validity)
        {
            string minutes = validity.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture);
            return LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                $"Signature expired: {fields.Timestamp} is now earlier than {SignatureV4.Stamp(now - validity)} "
                    + $"({SignatureV4.Stamp(now)} - {minutes} min.)",
                "the signature is too old; sign again, or set the clock right.");
        }
        return signed - now > ClockWindow
            ? LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                $"Signature not yet current: {fields.Timestamp} is still later than {SignatureV4.Stamp(now + ClockWindow)} "
                    + $"({SignatureV4.Stamp(now)} + 5 min.)",
                "the caller's clock is ahead; set it right.")
            : null;
    }

    private static LambdaError? VerifySignedHeaders(HttpRequest request, AuthorizationFields fields)
    {
        if (!fields.SignedHeaders.Contains("host"))
        {
            return LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
                "the host header is not signed.");
        }

        string? before = null;
        foreach (string name in fields.SignedHeaders)
        {
            string? wrong =
                !HeaderText.IsName(name) || name.Any(char.IsAsciiLetterUpper) ? $"the signed header '{name}' is not named in lower case."
                : string.CompareOrdinal(before, name) >= 0 ? $"its signed headers are not sorted, or name '{name}' twice."
                : request.Headers[name].Count == 0 ? $"it has no header '{name}', which it names among the signed ones."
                // What is not UTF-8 arrives as this character, too: which of them was signed cannot be told.
                : request.Headers[name].ToString().Contains('\ufffd', StringComparison.Ordinal) ? $"the signed header '{name}' is not UTF-8."
                : null;
            if (wrong is not null)
                return LambdaError.Unauthorized(LambdaError.InvalidSignature, Mismatch, wrong);
            before = name;
        }
        return null;
    }

    private LambdaError? VerifySignature(HttpRequest request, RequestTarget target, ReadOnlyMemory<byte> body, AuthorizationFields fields)
    {
        if (request.Headers["x-amz-content-sha256"].ToString().StartsWith("UNSIGNED", StringComparison.Ordinal))
        {
            return LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                Mismatch,
                "its payload is unsigned (x-amz-content-sha256: UNSIGNED-PAYLOAD). "
                    + $"{(service == LambdaService ? "Lambda" : "API Gateway")} supports signed payloads only.");
        }

        string payloadHash = SignatureV4.Hash(body.Span);
        string query = SignatureV4.CanonicalQuery(target, fields.AreInQuery);
        string canonical = SignatureV4.CanonicalRequest(
            request.Method, target.Path, query, fields.SignedHeaders, name => request.Headers[name].Select(value => value ?? ""), payloadHash);
        return Matches(fields, canonical)
            ? null
            : LambdaError.Unauthorized(
                LambdaError.InvalidSignature,
                Mismatch,
                $"the signature is not that of this request.{Hint(fields, target, canonical)}\nCanonical request computed here:\n{canonical}");
    }

    // Some clients sign the target as they send it. AWS refuses that wherever the canonical form differs; this says so instead of leaving a riddle.
    private string Hint(AuthorizationFields fields, RequestTarget target, string canonical)
    {
        string[] lines = canonical.Split('\n');
        string path = lines[1];
        string query = lines[2];
        lines[1] = target.Path;
        if (Matches(fields, string.Join('\n', lines)))
            return " It would match with the path encoded once: the client signs the path as it sends it (curl before 8.3 does), "
                + "AWS wants it encoded twice.";
        lines[2] = target.Query;
        if (Matches(fields, string.Join('\n', lines)))
            return " It would match with path and query as they were sent: the client neither sorts nor encodes them (curl before 8.3 does not). "
                + "Send the query sorted, encoded, each name with '='.";
        lines[1] = path;
        lines[2] = target.Query;
        return Matches(fields, string.Join('\n', lines))
            ? $" It would match with the query as it was sent. Send it in canonical form: {query}"
            : " It is made with another secret key, or for a request that was changed on its way.";
    }

    private bool Matches(AuthorizationFields fields, string canonical)
    {
        string scope = fields.Credential[(fields.Credential.IndexOf('/', StringComparison.Ordinal) + 1)..];
        string expected = SignatureV4.Sign(account.SecretAccessKey, scope, SignatureV4.StringToSign(fields.Timestamp, scope, canonical));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(fields.Signature));
    }
}
