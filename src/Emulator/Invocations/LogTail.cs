using System.Text;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>The last 4 KB of what a function and the platform logged during an invocation: what a caller gets who asks for the log's tail.</summary>
internal sealed class LogTail
{
    private const int MaxLength = 4 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly List<FailureText> _failures = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _length;

    /// <summary>Told of each line, null: nobody is.</summary>
    public Action<string>? Added { get; set; }

    /// <summary>Adds a line, with the failure that it tells of, and drops what is too old.</summary>
    public void Add(string line, FailureText? failure = null)
    {
        Added?.Invoke(line);
        TaskCompletionSource added;
        lock (_lock)
        {
            if (failure is not null)
                _failures.Add(failure);
            _lines.Enqueue(line);
            _length += Encoding.UTF8.GetByteCount(line) + 1;
            while (_length > MaxLength && _lines.Count > 1)
                _length -= Encoding.UTF8.GetByteCount(_lines.Dequeue()) + 1;
            added = _added;
            _added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        added.SetResult();
    }

    /// <summary>Begins anew: the invocation goes to another process.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _lines.Clear();
            _failures.Clear();
            _length = 0;
        }
    }

    /// <summary>Whether the function tells of this failure itself. What it printed before it reported the failure may be on its way here.</summary>
    public async Task<bool> TellsOfAsync(FailureText failure, TimeSpan patience, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(patience, time);
        while (true)
        {
            Task added;
            lock (_lock)
            {
                if (_failures.Exists(one => one.Type == failure.Type && one.Message == failure.Message) || _lines.Any(failure.IsNamedIn))
                    return true;
                added = _added.Task;
            }
            try
            {
                await added.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
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
