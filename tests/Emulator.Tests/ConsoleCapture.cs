using System.Text;

namespace StreamingLambda.Emulator.Tests;

/// <summary>What the emulator printed, and the wait for what it will print.</summary>
internal sealed class ConsoleCapture : TextWriter
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> _waiting = [];

    public override Encoding Encoding => Encoding.UTF8;

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

    public override void WriteLine(string? value)
    {
        lock (_lock)
        {
            _lines.Add(value!);
            foreach ((_, TaskCompletionSource<string> found) in _waiting.Where(waiting => waiting.Matches(value!)))
                found.TrySetResult(value!);
        }
    }

    public async Task<string> LineAsync(Func<string, bool> matches)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Find(line => matches(line)) is { } line)
                return line;
            _waiting.Add((matches, found));
        }
        try
        {
            return await found.Task.WaitAsync(TestEmulator.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The console never showed that line. It showed:\n{string.Join('\n', Lines)}");
        }
    }

    /// <summary>Waits until there are so many lines with <paramref name="part"/>; all of them.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(int count, string part)
    {
        while (true)
        {
            IReadOnlyList<string> found = [.. Lines.Where(line => line.Contains(part, StringComparison.Ordinal))];
            if (found.Count >= count)
                return found;
            await LineAsync(line => line.Contains(part, StringComparison.Ordinal) && !found.Any(one => ReferenceEquals(one, line)));
        }
    }

    public Task<string> LineAsync(string part) => LineAsync(line => line.Contains(part, StringComparison.Ordinal));
}
