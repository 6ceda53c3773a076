using System.Globalization;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>Text from a file in a message: a terminal acts on control characters, and a line break would make two messages of one.</summary>
internal static class Printable
{
    /// <summary>The text with each control character as its escape.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{((int)c).ToString("x4", CultureInfo.InvariantCulture)}" : $"{c}")) : text;
}
