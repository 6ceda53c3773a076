using System.Globalization;
using System.Text;

namespace StreamingLambda.Emulator.Output;

/// <summary>
/// Everything the emulator prints, one whole line at a time, whichever thread it comes from. Requests and functions have their say in it, so control
/// characters come out as their code: a terminal would obey them.
/// </summary>
internal sealed class EmulatorConsole(TextWriter output)
{
    private readonly Lock _lock = new();

    /// <summary>Prints a line of the emulator's own.</summary>
    public void WriteLine(string line = "")
    {
        lock (_lock)
        {
            output.WriteLine(Readable(line));
            output.Flush();
        }
    }

    /// <summary>Prints a line about a function: its own output, or what the platform did with it.</summary>
    public void WriteLine(string functionName, string line) => WriteLine($"[{functionName}] {line}");

    // Line breaks structure the emulator's longer messages and errors' stack traces; a tab is only a wide space.
    private static string Readable(string line)
    {
        if (!line.Any(IsObeyed))
            return line;

        var text = new StringBuilder(line.Length + 16);
        foreach (char c in line)
        {
            if (IsObeyed(c))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }
        return text.ToString();
    }

    private static bool IsObeyed(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
