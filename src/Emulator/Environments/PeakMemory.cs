using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// The most memory that a process had. On Linux one line of its status file, which stays open: reading everything that
/// <see cref="System.Diagnostics.Process"/> knows would cost each invocation more than all its bookkeeping.
/// </summary>
internal sealed partial class PeakMemory(int processId) : IDisposable
{
    private const int StatusLength = 4096;

    // <libproc.h>, <sys/resource.h> of macOS: struct rusage_info_v4.
    private const int RusageInfoV4 = 4;
    private const int RusageInfoV4Length = 512;
    private const int LifetimeMaxPhysFootprint = 240;

    private readonly SafeFileHandle? _status = OperatingSystem.IsLinux() ? OpenStatus(processId) : null;

    /// <summary>In MB, rounded up; 0 when the process has ended.</summary>
    public long ReadMegabytes() => (ReadBytes() + (1 << 20) - 1) >> 20;

    /// <summary>Whether the process is known to have ended. Other systems than Linux are not asked.</summary>
    public bool IsProcessGone()
    {
        if (!OperatingSystem.IsLinux())
            return false;

        Span<byte> buffer = stackalloc byte[StatusLength];
        return ValueOf("State:"u8, ReadStatus(buffer)) is [] or [(byte)'Z' or (byte)'X', ..];
    }

    public void Dispose() => _status?.Dispose();

    private long ReadBytes()
    {
        if (OperatingSystem.IsMacOS())
            return ReadLifetimeMaximum(processId);

        Span<byte> buffer = stackalloc byte[StatusLength];
        return Utf8Parser.TryParse(ValueOf("VmHWM:"u8, ReadStatus(buffer)), out long kilobytes, out _) ? kilobytes * 1024 : 0;
    }

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> status) =>
        status.IndexOf(name) is >= 0 and var line ? status[(line + name.Length)..].TrimStart(" \t"u8) : [];

    private ReadOnlySpan<byte> ReadStatus(Span<byte> buffer)
    {
        try
        {
            return _status is null ? [] : buffer[..RandomAccess.Read(_status, buffer, fileOffset: 0)];
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return [];
        }
    }

    private static SafeFileHandle? OpenStatus(int processId)
    {
        try
        {
            return File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status"));
        }
        catch (IOException)
        {
            // It has ended already.
            return null;
        }
    }

    private static unsafe long ReadLifetimeMaximum(int processId)
    {
        byte* information = stackalloc byte[RusageInfoV4Length];
        return ReadUsage(processId, RusageInfoV4, information) == 0 ? *(long*)(information + LifetimeMaxPhysFootprint) : 0;
    }

    [LibraryImport("libproc", EntryPoint = "proc_pid_rusage")]
    private static unsafe partial int ReadUsage(int processId, int flavor, byte* information);
}
