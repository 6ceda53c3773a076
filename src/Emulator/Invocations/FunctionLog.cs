using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>
/// What one process logs, and the platform about it: on the console, the function's name before each line, and in the tails of the invocations
/// that run at the time. Where a process takes several at a time, nobody can tell whose line it is, and each of them has it.
/// </summary>
internal sealed class FunctionLog(string functionName, EmulatorConsole console)
{
    private readonly Lock _lock = new();
    private readonly List<LogTail> _tails = [];

    /// <summary>Adds a line of the platform's.</summary>
    public void WriteLine(string line) => Write(new ConsoleEntry(EntryTypes.Message, line));

    /// <summary>Adds what the platform says.</summary>
    public void Write(ConsoleEntry entry)
    {
        if (!entry.IsForScripts)
            AddToTails(entry.Text, failure: null);
        console.Write(entry with { Function = functionName });
    }

    /// <summary>Adds a line that the process printed. The console shows a failure in it so that it can be read.</summary>
    public void WriteOutput(string line)
    {
        string shown = FailureText.OfLogLine(line, out FailureText? failure);
        AddToTails(line, failure);
        console.Write(new ConsoleEntry(EntryTypes.Output, shown) { Function = functionName, Message = line });
    }

    /// <summary>From here on lines also go into a tail.</summary>
    public void Follow(LogTail tail)
    {
        lock (_lock)
        {
            _tails.Add(tail);
        }
    }

    /// <summary>From here on they do not.</summary>
    public void Unfollow(LogTail tail)
    {
        lock (_lock)
        {
            _tails.Remove(tail);
        }
    }

    private void AddToTails(string line, FailureText? failure)
    {
        lock (_lock)
        {
            foreach (LogTail tail in _tails)
                tail.Add(line, failure);
        }
    }
}
