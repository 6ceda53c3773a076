using System.Globalization;
using System.Runtime.InteropServices;

namespace StreamingLambda.Bench.Processes;

/// <summary>Processors that a thread may run on.</summary>
internal sealed unsafe class ProcessorSet
{
    private const int MaskBytes = 128; // 1,024 processors, as many as glibc's cpu_set_t holds

    private readonly byte[] _mask = new byte[MaskBytes];

    private ProcessorSet()
    {
    }

    public int First => Members.First();

    public int Last => Members.Last();

    private IEnumerable<int> Members => Enumerable.Range(0, MaskBytes * 8).Where(processor => (_mask[processor / 8] & (1 << (processor % 8))) != 0);

    /// <summary>Those that the calling thread may run on now.</summary>
    public static ProcessorSet OfThisThread()
    {
        ProcessorSet set = new();
        fixed (byte* mask = set._mask)
        {
            if (Libc.GetAffinity(0, MaskBytes, mask) < 0) throw new BenchmarkException("Cannot read which processors this process may use.");
        }

        return set;
    }

    public static ProcessorSet Only(int processor)
    {
        ProcessorSet set = new();
        set._mask[processor / 8] = (byte)(1 << (processor % 8));
        return set;
    }

    public void ApplyToThisThread() => Apply(thread: 0);

    /// <summary>Moves each thread of a process; the threads that they start later inherit it.</summary>
    public void ApplyToProcess(int pid)
    {
        foreach (string directory in Directory.EnumerateDirectories($"/proc/{pid}/task"))
            Apply(int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture));
    }

    private void Apply(int thread)
    {
        const int NoSuchThread = 3; // it has ended since it was listed
        fixed (byte* mask = _mask)
        {
            if (Libc.SetAffinity(thread, MaskBytes, mask) < 0 && Marshal.GetLastPInvokeError() != NoSuchThread)
                throw new BenchmarkException("Cannot choose the processor of a thread. Run without --cpus.");
        }
    }
}
