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
    /// <param name="output">Takes what is said.</param>
    /// <param name="error">Is told where <paramref name="output"/> cannot be written; null: nobody is.</param>
    public EmulatorConsole(TextWriter output, TextWriter? error = null)
        : this(ForPeople(new LineOutput(output, error ?? TextWriter.Null)))
    {
    }

    /// <summary>For a script: JSON, an object a line.</summary>
    public static EmulatorConsole OfJson(TextWriter output, TimeProvider time, TextWriter? error = null)
    {
        var lines = new LineOutput(output, error ?? TextWriter.Null);
        return new(entry =>
        {
            // What only makes room on a screen is nothing.
            if (!entry.IsForPeople && (entry.Text.Length > 0 || entry.Type != EntryTypes.Message))
                lines.Print(entry.ToJson(time.GetUtcNow()));
        });
    }

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

    private static Action<ConsoleEntry> ForPeople(LineOutput lines) => entry =>
    {
        if (!entry.IsForScripts)
            lines.Print(Readable(entry.Line));
    };

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
