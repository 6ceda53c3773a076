using System.Globalization;
using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Emulating;

/// <summary>How much a function streams through the emulator, and how many tiny invocations it gets done.</summary>
internal sealed class EmulatorBenchmark(EmulatorOptions options, Action<string> report)
{
    private const long BigBytes = 200L * 1024 * 1024;
    private const int BigChunkBytes = 64 * 1024;

    /// <summary>How long tiny invocations are counted in a round.</summary>
    private static readonly TimeSpan TinyPeriod = TimeSpan.FromSeconds(1);

    private readonly Samples _megabytesPerSecond = new();
    private readonly Samples _invocationsPerSecond = new();
    private long _peakBytes;

    /// <summary>Measures and writes the figures as Markdown.</summary>
    public void Run(TextWriter output)
    {
        using EmulatorProcess emulator = new(options, options.Callers);
        try
        {
            Measure(emulator, emulator.WaitForPort());
        }
        catch (BenchmarkException e)
        {
            throw new BenchmarkException($"{e.Message}\n  function: {options.Function.CommandLine}\n  emulator's output:\n{emulator.Output}");
        }

        output.WriteLine();
        output.WriteLine("| | median (p10, p90) |");
        output.WriteLine("| --- | --- |");
        output.WriteLine($"| 200 MB through the emulator, MB/s | {Spread(_megabytesPerSecond)} |");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| tiny invocations per second, {options.Callers} callers | {Spread(_invocationsPerSecond)} |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| the emulator's peak RSS, MB | {_peakBytes / 1e6:0} |"));
    }

    private void Measure(EmulatorProcess emulator, int port)
    {
        using Caller big = new(port, Workload.Big(BigBytes, BigChunkBytes), options.Timeout);
        report("Warming up: one round that does not count");
        _ = TimeBig(big);
        _ = CountTiny(port);
        for (int round = 1; round <= options.Rounds; round++)
        {
            report($"Round {round} of {options.Rounds}");
            _megabytesPerSecond.Add(BigBytes / 1e6 / TimeBig(big).TotalSeconds);
            _invocationsPerSecond.Add(CountTiny(port));
        }

        _peakBytes = emulator.PeakResidentBytes;
    }

    private static TimeSpan TimeBig(Caller caller)
    {
        long start = TimeProvider.System.GetTimestamp();
        caller.Call();
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <returns>Invocations per second, all callers together.</returns>
    private double CountTiny(int port)
    {
        int calls = 0;
        Exception? failure = null;
        long start = TimeProvider.System.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, options.Callers).Select(_ => new Thread(CallForAWhile))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return failure is null ? calls / TimeProvider.System.GetElapsedTime(start).TotalSeconds : throw new BenchmarkException(failure.Message);

        void CallForAWhile()
        {
            try
            {
                using Caller caller = new(port, Workload.Tiny, options.Timeout);
                for (; TimeProvider.System.GetElapsedTime(start) < TinyPeriod; _ = Interlocked.Increment(ref calls)) caller.Call();
            }
            catch (Exception e) when (e is BenchmarkException or System.Net.Sockets.SocketException)
            {
                failure = e;
            }
        }
    }

    private static string Spread(Samples samples) =>
        string.Create(CultureInfo.InvariantCulture, $"{samples.Median:0} ({samples.P10:0}, {samples.P90:0})");
}
