using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// The most memory that a process had. On Linux one line of its status file, which stays open: reading everything that
/// <see cref="Process"/> knows would cost each invocation more than all its bookkeeping.
/// </summary>
internal sealed class PeakMemory(Process process) : IDisposable
{
    private const int StatusLength = 4096;

    private readonly SafeFileHandle? _status =
        OperatingSystem.IsLinux() ? File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/status")) : null;

    /// <summary>In MB, rounded up; 0 when the process has ended.</summary>
    public long ReadMegabytes()
    {
        try
        {
            return (ReadBytes() + (1 << 20) - 1) >> 20;
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            return 0;
        }
    }

    public void Dispose() => _status?.Dispose();

    private long ReadBytes()
    {
        if (_status is null)
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }

        Span<byte> buffer = stackalloc byte[StatusLength];
        ReadOnlySpan<byte> status = buffer[..RandomAccess.Read(_status, buffer, fileOffset: 0)];
        ReadOnlySpan<byte> name = "VmHWM:"u8;
        int line = status.IndexOf(name);
        return line >= 0 && Utf8Parser.TryParse(status[(line + name.Length)..].TrimStart(" \t"u8), out long kilobytes, out _) ? kilobytes * 1024 : 0;
    }
}
