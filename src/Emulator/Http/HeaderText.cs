namespace StreamingLambda.Emulator.Http;

/// <summary>Text on its way from a request or a function into a header: one line, without control characters.</summary>
internal static class HeaderText
{
    /// <summary>Whether a text is printable ASCII throughout: fit for any header.</summary>
    public static bool IsPlain(string text) => text.All(c => c is >= ' ' and <= '~');

    /// <summary>Whether HTTP allows it as a header's value: no control character but the tab.</summary>
    public static bool IsValue(string text) => !text.Any(c => char.IsControl(c) && c != '\t');

    /// <summary>Whether HTTP allows it as a header's name, or as a method.</summary>
    /// <remarks>https://www.rfc-editor.org/rfc/rfc9110#name-tokens</remarks>
    public static bool IsName(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    /// <summary>The text with a space for each control character, and without spaces at its ends.</summary>
    public static string OneLine(string text) =>
        string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }).Trim();
}
