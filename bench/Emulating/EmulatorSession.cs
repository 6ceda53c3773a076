using StreamingLambda.Bench.Player;

namespace StreamingLambda.Bench.Emulating;

/// <summary>A running variant with its callers, and what was measured of it.</summary>
internal sealed class EmulatorSession : IDisposable
{
    private const long BigBytes = 200L * 1024 * 1024;
    private const int BigChunkBytes = 64 * 1024;
    private const int SmallChunks = 100_000;
    private const int SmallChunkBytes = 10;

    /// <summary>How many responses of small chunks are measured as one: a single one is over too soon.</summary>
    private const int SmallCalls = 10;

    /// <summary>The rate at which the page may cost a function no more than <see cref="PacedBound"/> says.</summary>
    public const int PacedPerSecond = 10_000;

    /// <summary>How long tiny invocations are counted in a round.</summary>
    private static readonly TimeSpan TinyPeriod = TimeSpan.FromSeconds(1);

    private readonly EmulatorOptions _options;
    private readonly EmulatorVariant _variant;
    private readonly EmulatorProcess _process;
    private int _port;
    private Caller? _big;
    private Caller? _small;
    private Caller? _paced;
    private PageReader? _reader;

    public EmulatorSession(EmulatorOptions options, EmulatorVariant variant)
    {
        _options = options;
        _variant = variant;
        _process = new EmulatorProcess(options, variant);
    }

    public EmulatorFigures Figures { get; private set; } = new();

    /// <summary>Waits until it listens, and measures a round that does not count.</summary>
    public void Start()
    {
        Guard(() =>
        {
            (_port, Uri? page) = _process.WaitForAddresses();
            _big = new Caller(_port, Workload.Big(BigBytes, BigChunkBytes), _options.Timeout);
            _small = new Caller(_port, Workload.Small(SmallChunks, SmallChunkBytes), _options.Timeout);
            Workload paced = Workload.Paced((int)(_options.PacedPeriod.TotalSeconds * PacedPerSecond), SmallChunkBytes, PacedPerSecond);
            _paced = new Caller(_port, paced, _options.Timeout, PacedReport.Bytes);
            if (_variant.Page == PageUse.Open) _reader = new PageReader(page!);
        });
        foreach (EmulatorPhase phase in _options.Phases) phase.Measure(this);
        Figures = new EmulatorFigures();
    }

    /// <summary>The 200 MB.</summary>
    public void MeasureBig() => Guard(() =>
    {
        (double seconds, double cpu) = Time(_big!.Call);
        Figures.Megabytes.Add(BigBytes / 1e6 / seconds);
        Figures.MegabytesCpu.Add(cpu * 1e3);
    });

    /// <summary>Many small chunks.</summary>
    public void MeasureSmall() => Guard(() =>
    {
        (double seconds, double cpu) = Time(() =>
        {
            for (int i = 0; i < SmallCalls; i++) _small!.Call();
        });
        Figures.Chunks.Add(SmallCalls * SmallChunks / seconds / 1e3);
        Figures.ChunksCpu.Add(cpu * 1e3 / SmallCalls);
    });

    /// <summary>Small chunks at a steady pace.</summary>
    public void MeasurePaced() => Guard(() =>
    {
        (double seconds, double cpu) = Time(_paced!.Call);
        PacedReport report = PacedReport.Read(_paced.End);
        Figures.Paced.Add(seconds);
        Figures.PacedChunks.Add(_paced.Chunks);
        Figures.PacedWriting.Add(report.Writing.TotalMilliseconds);
        Figures.PacedLatest.Add(report.Latest.TotalMilliseconds);
        Figures.PacedCpu.Add(cpu * 1e3);
    });

    /// <summary>Tiny invocations for a while.</summary>
    public void MeasureTiny() => Guard(() =>
    {
        int calls = 0;
        (double seconds, double cpu) = Time(() => calls = CountTiny());
        Figures.Invocations.Add(calls / seconds);
        Figures.InvocationCpu.Add(cpu * 1e6 / calls);
    });

    /// <summary>Takes the last figure.</summary>
    public void Finish() => Guard(() =>
    {
        Figures.PeakBytes = _process.PeakResidentBytes;
        if (_reader is { ChunkEvents: 0 }) throw new BenchmarkException("The page's reader has seen no chunk.");
    });

    public void Dispose()
    {
        _reader?.Dispose();
        _big?.Dispose();
        _small?.Dispose();
        _paced?.Dispose();
        _process.Dispose();
    }

    // Seconds on the clock, and of the emulator's processor time.
    private (double Seconds, double Cpu) Time(Action work)
    {
        long cpu = _process.CpuNanoseconds;
        long start = TimeProvider.System.GetTimestamp();
        work();
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return (seconds, (_process.CpuNanoseconds - cpu) / 1e9);
    }

    /// <returns>How many invocations all callers together had answered.</returns>
    private int CountTiny()
    {
        int calls = 0;
        Exception? failure = null;
        long start = TimeProvider.System.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, _options.Callers).Select(_ => new Thread(CallForAWhile))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return failure is null ? calls : throw new BenchmarkException(failure.Message);

        void CallForAWhile()
        {
            try
            {
                using Caller caller = new(_port, Workload.Tiny, _options.Timeout);
                for (; TimeProvider.System.GetElapsedTime(start) < TinyPeriod; _ = Interlocked.Increment(ref calls)) caller.Call();
            }
            catch (Exception e) when (e is BenchmarkException or System.Net.Sockets.SocketException)
            {
                failure = e;
            }
        }
    }

    // What fails is told with what the emulator has to say.
    private void Guard(Action work)
    {
        try
        {
            work();
            _reader?.ThrowIfFailed();
        }
        catch (BenchmarkException e)
        {
            throw new BenchmarkException(
                $"{_variant.Name}: {e.Message}\n  function: {_options.Function.CommandLine}\n  emulator's output:\n{_process.Output}");
        }
    }
}
