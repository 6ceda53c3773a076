using System.Collections.Concurrent;
using System.Globalization;

using StreamingLambda.Soak.Plan;

namespace StreamingLambda.Soak.Function;

/// <summary>Lets handlers wait for the driver, which opens a gate with a line on standard input. The end of that input ends the function.</summary>
internal sealed class Gates : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly CancellationTokenSource _closed = new();

    public Gates() => new Thread(ReadInput) { IsBackground = true }.Start();

    /// <summary>Fires when the driver has closed the input.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>The line that opens a gate.</summary>
    public static string Key(int index, GatePoint point) => string.Create(CultureInfo.InvariantCulture, $"{index} {point}");

    public async Task WaitAsync(Script script, GatePoint point)
    {
        if (!script.Gates.Contains(point))
            return;
        string key = Key(script.Index, point);
        await GateOf(key).Task.WaitAsync(Closed);
        _gates.TryRemove(key, out _);
    }

    /// <summary>The same with the calling thread.</summary>
    public void Block(Script script, GatePoint point)
    {
        string key = Key(script.Index, point);
        GateOf(key).Task.Wait(Closed);
        _gates.TryRemove(key, out _);
    }

    public void Dispose() => _closed.Dispose();

    private void ReadInput()
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (input.ReadLine() is { } key)
            GateOf(key).TrySetResult();
        _closed.Cancel();
    }

    private TaskCompletionSource GateOf(string key) =>
        _gates.GetOrAdd(key, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
