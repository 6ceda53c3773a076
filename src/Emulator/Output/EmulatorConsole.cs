namespace StreamingLambda.Emulator.Output;

/// <summary>Everything the emulator prints, one whole line at a time, whichever thread it comes from.</summary>
internal sealed class EmulatorConsole(TextWriter output)
{
    private readonly Lock _lock = new();

    /// <summary>Prints a line of the emulator's own.</summary>
    public void WriteLine(string line = "")
    {
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    /// <summary>Prints a line about a function: its own output, or what the platform did with it.</summary>
    public void WriteLine(string functionName, string line) => WriteLine($"[{functionName}] {line}");
}
