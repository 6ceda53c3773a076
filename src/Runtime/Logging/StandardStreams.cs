using System.Runtime.InteropServices;

using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.Logging;

/// <summary>Standard output and error as plain descriptors. <c>System.Console</c> would bring encodings and terminal handling into the
/// binary, and set up the terminal before the first line; <c>FileStream</c> would write a redirected file at offsets of its own.</summary>
internal static partial class StandardStreams
{
    public static Stream Output => Open(1);

    public static Stream Error => Open(2);

    private static Stream Open(int descriptor)
    {
        if (OperatingSystem.IsWindows())
            return descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
        return new WriteOnlyStream((bytes, _) =>
        {
            WriteAll(descriptor, bytes.Span);
            return ValueTask.CompletedTask;
        });
    }

    private static void WriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        const int interrupted = 4; // EINTR
        while (!bytes.IsEmpty)
        {
            nint written = Write(descriptor, bytes, bytes.Length);
            if (written >= 0)
                bytes = bytes[(int)written..];
            else if (Marshal.GetLastPInvokeError() is var error and not interrupted)
                throw new IOException($"cannot write to descriptor {descriptor}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);
}
