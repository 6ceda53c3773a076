using System.Runtime.InteropServices;
using StreamingLambda.Runtime;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace StreamingLambda.WorkloadFunction;

/// <summary>
/// So many chunks a second, each at a moment of its own that is known from the beginning: one that is late puts off none of the others, so that the
/// response takes longer than planned only if something keeps it back.
/// </summary>
internal static partial class PacedChunks
{
    private const int Monotonic = 1;
    private const int AbsoluteTime = 1;
    private const int NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerMicrosecond = 1_000;
    private const int Digits = 12;

    /// <summary>
    /// Writes them, and a last chunk about them: two numbers of twelve digits, with a space and a line end behind them. They are microseconds: how
    /// long all writes took together, and how late the latest chunk was when its write began.
    /// </summary>
    public static async ValueTask WriteAsync(ResponseStreamWriter response, Workload workload, CancellationToken cancellationToken)
    {
        if (workload.PerSecond < 1)
            throw new ArgumentException($"The workload is to write {workload.PerSecond} chunks a second. It takes at least one.");
        if (workload.Size < 1) throw new ArgumentException($"The workload's chunks have {workload.Size} bytes. They need at least one.");

        byte[] chunk = new byte[workload.Size];
        chunk.AsSpan().Fill((byte)'x');
        long start = Now();
        long writing = 0;
        long latest = 0;
        for (long i = 0; i < workload.Count; i++)
        {
            long moment = start + (i * NanosecondsPerSecond / workload.PerSecond);
            long before = WaitUntil(moment);
            latest = Math.Max(latest, before - moment);
            await response.WriteAsync(chunk, cancellationToken);
            writing += Now() - before;
        }

        await response.WriteAsync(Report(writing, latest), cancellationToken);
    }

    // On Linux a timestamp is what the monotonic clock says, in nanoseconds.
    private static long Now() => TimeProvider.System.GetTimestamp();

    // Not by .NET's timers: they know milliseconds.
    private static long WaitUntil(long moment)
    {
        long now;
        while ((now = Now()) < moment)
        {
            (long seconds, long nanoseconds) = Math.DivRem(moment, NanosecondsPerSecond);
            _ = Sleep(Monotonic, AbsoluteTime, new TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds }, remaining: 0);
        }

        return now;
    }

    private static byte[] Report(params ReadOnlySpan<long> nanoseconds)
    {
        byte[] report = new byte[nanoseconds.Length * (Digits + 1)];
        report.AsSpan().Fill((byte)' ');
        for (int i = 0; i < nanoseconds.Length; i++)
        {
            // Digit by digit: a formatter is 25 KB of the binary that is measured.
            long left = nanoseconds[i] / NanosecondsPerMicrosecond;
            for (int digit = Digits; digit-- > 0; left /= 10) report[(i * (Digits + 1)) + digit] = (byte)('0' + (left % 10));
        }

        report[^1] = (byte)'\n';
        return report;
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int Sleep(int clock, int flags, in TimeSpec until, nint remaining);

    /// <summary><c>struct timespec</c> of a 64-bit system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
