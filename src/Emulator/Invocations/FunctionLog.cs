using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>A function's log: on the console, its name before each line, and in the tail that callers may ask for.</summary>
internal sealed class FunctionLog(string functionName, EmulatorConsole console)
{
    private readonly LogTail _tail = new();

    /// <summary>The last 4 KB.</summary>
    public string Tail => _tail.Read();

    /// <summary>Adds a line.</summary>
    public void WriteLine(string line)
    {
        _tail.Add(line);
        console.WriteLine(functionName, line);
    }
}
