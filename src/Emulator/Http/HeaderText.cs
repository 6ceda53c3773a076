namespace StreamingLambda.Emulator.Http;

/// <summary>Text on its way into a header. A header is one line without control characters; text from outside need not be.</summary>
internal static class HeaderText
{
    /// <summary>
    /// The text with a space for each control character, and without spaces at its ends. JSON means the same afterwards: there a line break is a
    /// space between two tokens, and stands in no string.
    /// </summary>
    public static string OneLine(string text) =>
        string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }).Trim();
}
