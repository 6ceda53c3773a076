using System.Text;

namespace StreamingLambda.Runtime.Http;

/// <summary>Text as one step of a path. What <see cref="Uri.EscapeDataString(string)"/> does too, after making tables for characters that an id does
/// not have.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc3986#section-2.3</remarks>
internal static class PathSegment
{
    /// <summary>The text itself, or with each byte of what a path takes for syntax as <c>%XX</c>.</summary>
    public static string Escape(string text)
    {
        int plain = 0;
        while (plain < text.Length && IsUnreserved(text[plain]))
            plain++;
        if (plain == text.Length)
            return text;

        var escaped = new StringBuilder(text, 0, plain, text.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(text[plain..]))
        {
            if (IsUnreserved((char)b))
                escaped.Append((char)b);
            else
                escaped.Append('%').Append(Digit(b >> 4)).Append(Digit(b & 0xF));
        }
        return escaped.ToString();
    }

    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';

    private static char Digit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);
}
