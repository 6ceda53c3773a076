using System.Text;

namespace StreamingLambda.Emulator.Doors;

/// <summary>
/// Percent-encoding byte by byte (RFC 3986, 2.1). <see cref="Uri"/> leaves bytes alone that are not UTF-8; a signature counts them like any other.
/// </summary>
internal static class PercentEncoding
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>The bytes that a part of a path stands for. A percent sign without two hexadecimal digits stands for itself.</summary>
    public static byte[] Decode(string text)
    {
        byte[] encoded = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < encoded.Length; i++, length++)
        {
            bool isEscape = encoded[i] == '%' && i + 2 < encoded.Length
                && char.IsAsciiHexDigit((char)encoded[i + 1]) && char.IsAsciiHexDigit((char)encoded[i + 2]);
            encoded[length] = isEscape ? Convert.FromHexString(Encoding.ASCII.GetString(encoded, i + 1, 2))[0] : encoded[i];
            i += isEscape ? 2 : 0;
        }
        return encoded[..length];
    }

    /// <summary>The bytes of a name or value in a query, where a plus is a space and %2B a plus.</summary>
    public static byte[] DecodeQuery(string text) => Decode(text.Replace('+', ' '));

    /// <summary>Unreserved characters stay, every other byte becomes %XX: the form that signatures are made of.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte value in bytes)
        {
            if (Unreserved.Contains((char)value, StringComparison.Ordinal))
                text.Append((char)value);
            else
                text.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
