using System.Runtime.InteropServices;

namespace StreamingLambda.Runtime.Logging;

/// <summary>Writes whole lines to a descriptor, which may be a pipe whose reader is slow, gone or stuck. Not for two threads at once.</summary>
internal sealed partial class DescriptorOutput(int descriptor)
{
    /// <summary>How long a line waits for a reader, in milliseconds: long enough for one that is busy, short beside a function's timeout.</summary>
    internal const int Patience = 1000;

    /// <summary>What a pipe that has room for anything takes without waiting (PIPE_BUF).</summary>
    private const int PipeRoom = 4096;

    /// <summary>The end of a line of which the reader has the start: it goes before everything else.</summary>
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Whether the last line waited in vain. The next ones do not: a reader that is stuck costs the function that time once.</summary>
    private bool _stuck;

    /// <summary>Writes the line, or no byte of it.</summary>
    /// <exception cref="IOException">The descriptor is closed, full or broken, or nobody has read from it for as long as a line waits.</exception>
    public void Write(ReadOnlySpan<byte> line)
    {
        long end = Environment.TickCount64 + (_stuck ? 0 : Patience);
        _stuck = true;
        _rest = _rest[Send(_rest.Span, end)..];
        int sent = _rest.IsEmpty ? Send(line, end) : 0;
        if (sent == 0)
            throw new IOException($"nobody reads from descriptor {descriptor}");
        if (sent < line.Length)
            _rest = line[sent..].ToArray();
        _stuck = !_rest.IsEmpty;
    }

    /// <summary>Sends until the time is over; how many bytes.</summary>
    private int Send(ReadOnlySpan<byte> bytes, long end)
    {
        int sent = 0;
        while (sent < bytes.Length)
        {
            // Asked for room first, a blocking pipe does not block either.
            var room = new PollDescriptor { Descriptor = descriptor, Events = PollDescriptor.Room };
            long left = Math.Max(0, end - Environment.TickCount64);
            nint done = Poll(ref room, 1, (int)left);
            if (done > 0)
                done = Write(descriptor, bytes[sent..], Math.Min(bytes.Length - sent, PipeRoom));
            if (done < 0 && !IsTemporary(Marshal.GetLastPInvokeError()))
                throw new IOException($"cannot write to descriptor {descriptor}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
            sent += (int)Math.Max(0, done);
            if (done <= 0 && left == 0)
                break;
        }
        return sent;
    }

    /// <summary>Interrupted by a signal (EINTR), or somebody else took the room meanwhile (EAGAIN).</summary>
    private static bool IsTemporary(int error) => error == 4 || error == (OperatingSystem.IsLinux() ? 11 : 35);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public const short Room = 4;

        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptor, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);
}
