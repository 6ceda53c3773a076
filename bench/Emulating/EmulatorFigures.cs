using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Emulating;

/// <summary>What was measured of one variant.</summary>
internal sealed class EmulatorFigures
{
    /// <summary>200 MB, in MB a second.</summary>
    public Samples Megabytes { get; } = new();

    /// <summary>The emulator's processor time for them, in milliseconds.</summary>
    public Samples MegabytesCpu { get; } = new();

    /// <summary>Many small chunks, in thousands of chunks a second.</summary>
    public Samples Chunks { get; } = new();

    /// <summary>The emulator's processor time for 100,000 of them, in milliseconds.</summary>
    public Samples ChunksCpu { get; } = new();

    /// <summary>How long a response of paced chunks took, in seconds.</summary>
    public Samples Paced { get; } = new();

    /// <summary>In how many chunks it came to the caller.</summary>
    public Samples PacedChunks { get; } = new();

    /// <summary>How long all of its function's writes took, in milliseconds.</summary>
    public Samples PacedWriting { get; } = new();

    /// <summary>How late the function began to write the latest chunk, in milliseconds.</summary>
    public Samples PacedLatest { get; } = new();

    /// <summary>The emulator's processor time for such a response, in milliseconds.</summary>
    public Samples PacedCpu { get; } = new();

    /// <summary>Tiny invocations a second.</summary>
    public Samples Invocations { get; } = new();

    /// <summary>The emulator's processor time for one, in microseconds.</summary>
    public Samples InvocationCpu { get; } = new();

    /// <summary>The most memory that the emulator had in RAM, in bytes.</summary>
    public long PeakBytes { get; set; }
}
