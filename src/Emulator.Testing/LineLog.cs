using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Testing;

/// <summary>What the emulator says, and the wait for what it will say.</summary>
internal sealed class LineLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="also">Takes each line too.</param>
    public LineLog(Action<string>? also) => Console = new EmulatorConsole(entry =>
    {
        if (entry.IsForScripts)
            return;
        TaskCompletionSource added;
        lock (_lock)
        {
            _lines.Add(entry.Line);
            added = _added;
            _added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        added.SetResult();
        Tell(also, entry.Line);
    });

    /// <summary>Where the emulator says it.</summary>
    public EmulatorConsole Console { get; }

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Waits for a line with a text in it.</summary>
    public async Task<string> WaitAsync(string text, TimeSpan limit)
    {
        using var giveUp = new CancellationTokenSource(limit);
        while (true)
        {
            Task added;
            lock (_lock)
            {
                if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                    return found;
                added = _added.Task;
            }
            try
            {
                await added.WaitAsync(giveUp.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The emulator did not say '{text}' within {limit.TotalSeconds} s. It said:\n{string.Join('\n', Lines)}");
            }
        }
    }

    // It is the test's: its output may be gone before the last line comes, or it fails in a way of its own. Nothing of the emulator's fails for that.
    private static void Tell(Action<string>? also, string line)
    {
        try
        {
            also?.Invoke(line);
        }
        catch (Exception exception)
        {
            _ = exception;
        }
    }
}
