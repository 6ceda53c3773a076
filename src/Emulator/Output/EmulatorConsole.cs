using System.Globalization;
using System.Text;

namespace StreamingLambda.Emulator.Output;

/// <summary>Everything the emulator says, one thing at a time, whichever thread it comes from.</summary>
/// <param name="write">Takes what is said.</param>
internal sealed class EmulatorConsole(Action<ConsoleEntry> write)
{
    private readonly Lock _lock = new();

    /// <summary>
    /// For a person. Requests and functions have their say in it, so control characters come out as their code: a terminal would obey them.
    /// </summary>
    public EmulatorConsole(TextWriter output)
        : this(entry =>
        {
            if (!entry.IsForScripts)
                Print(output, Readable(entry.Line));
        })
    {
    }

    /// <summary>For a script: JSON, an object a line.</summary>
    public static EmulatorConsole OfJson(TextWriter output, TimeProvider time) => new(entry =>
    {
        // What only makes room on a screen is nothing.
        if (!entry.IsForPeople && (entry.Text.Length > 0 || entry.Type != EntryTypes.Message))
            Print(output, entry.ToJson(time.GetUtcNow()));
    });

    /// <summary>Says something.</summary>
    public void Write(ConsoleEntry entry)
    {
        lock (_lock)
        {
            write(entry);
        }
    }

    /// <summary>Prints a line of the emulator's own.</summary>
    public void WriteLine(string line = "") => Write(new ConsoleEntry(EntryTypes.Message, line));

    /// <summary>Prints a line about a function.</summary>
    public void WriteLine(string functionName, string line) => Write(new ConsoleEntry(EntryTypes.Message, line) { Function = functionName });

    private static void Print(TextWriter output, string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

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
