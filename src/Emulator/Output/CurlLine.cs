using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Output;

/// <summary>A line with <c>curl</c> to paste into a shell.</summary>
internal static class CurlLine
{
    /// <summary>A call of a function.</summary>
    /// <param name="signer">Whose credentials sign it; null: nobody's.</param>
    /// <param name="rest">Options and address, as the shell takes them.</param>
    public static string Of(Account? signer, string rest) => $"{(signer is null ? "curl -N" : Signed(signer, "lambda"))} {rest}";

    /// <summary>A signed call, up to its address.</summary>
    public static string Signed(Account account, string service)
    {
        // The example pair is public; the developer's own stays in the environment it came from.
        string user = account.IsExample ? $"'{account.AccessKeyId}:{account.SecretAccessKey}'" : "\"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"";
        string token = account.SessionToken is null ? "" : " -H \"x-amz-security-token: $AWS_SESSION_TOKEN\"";
        return $"curl -N --aws-sigv4 aws:amz:{account.Region}:{service} --user {user}{token}";
    }
}
