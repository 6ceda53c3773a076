using System.Collections.Concurrent;

using StreamingLambda.Soak.Function;

namespace StreamingLambda.Soak.Driver;

/// <summary>What the function writes: counts the lines per invocation, keeps the last ones for messages.</summary>
internal sealed class FunctionLog
{
    private const int Kept = 10;

    private readonly ConcurrentDictionary<string, int> _lines = new();
    private readonly ConcurrentQueue<string> _last = new();

    /// <summary>A line that must not be there, once there is one.</summary>
    public string? Wrong { get; private set; }

    /// <summary>How many lines there are in all.</summary>
    public int Count { get; private set; }

    /// <summary>How many lines carry this id.</summary>
    public int LinesOf(string requestId) => _lines.GetValueOrDefault(requestId);

    /// <summary>The last lines.</summary>
    public IReadOnlyList<string> Last => [.. _last];

    public async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            Count++;
            _last.Enqueue(line.Length > 500 ? line[..500] + "..." : line);
            if (_last.Count > Kept)
                _last.TryDequeue(out _);
            if (line.Split('\t', 4) is not [_, _, string id, string message] || message.StartsWith(SoakHandler.Violation, StringComparison.Ordinal))
                Wrong ??= line;
            else
                _lines.AddOrUpdate(id, 1, static (_, count) => count + 1);
        }
    }

    public async Task ReadErrorsAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            _last.Enqueue(line);
            Wrong ??= "on standard error: " + line;
        }
    }
}
