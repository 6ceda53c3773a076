using System.Text;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>The last 4 KB of what a function and the platform logged during an invocation: what a caller gets who asks for the log's tail.</summary>
internal sealed class LogTail
{
    private const int MaxLength = 4 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private int _length;

    /// <summary>Adds a line and drops what is too old.</summary>
    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            _length += Encoding.UTF8.GetByteCount(line) + 1;
            while (_length > MaxLength && _lines.Count > 1)
                _length -= Encoding.UTF8.GetByteCount(_lines.Dequeue()) + 1;
        }
    }

    /// <summary>Begins anew: the invocation goes to another process.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _lines.Clear();
            _length = 0;
        }
    }

    /// <summary>The lines, oldest first.</summary>
    public string Read()
    {
        lock (_lock)
        {
            string text = string.Join('\n', _lines) + "\n";
            return text.Length > MaxLength ? text[^MaxLength..] : text;
        }
    }
}
