using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StreamingLambda.Runtime.Http;

/// <summary>Where a server listens.</summary>
/// <param name="Host">A name or an address, that of IPv6 without brackets.</param>
/// <param name="Port">From 1 to 65535, in digits as it came: a number would only become text again.</param>
internal sealed record ServerAddress(string Host, string Port)
{
    /// <summary>What may stand in a host name or an address, brackets aside.</summary>
    private const string Punctuation = "-._:%";

    /// <summary>Reads <c>HOST:PORT</c>, an IPv6 address in brackets.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ServerAddress? address)
    {
        address = null;
        int colon = text.LastIndexOf(':');
        string port = text[(colon + 1)..];
        if (colon < 1 || !ushort.TryParse(port, NumberStyles.None, NumberFormatInfo.InvariantInfo, out ushort number) || number == 0)
            return false;
        string host = text[..colon];
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed)
            host = host[1..^1];
        // A colon outside of brackets would be one too many.
        if (host.Length == 0 || host.Contains(':') != isBracketed)
            return false;
        foreach (char c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !Punctuation.Contains(c, StringComparison.Ordinal))
                return false;
        }
        address = new ServerAddress(host, port);
        return true;
    }

    /// <summary><c>HOST:PORT</c>, as the <c>Host</c> field has it.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
