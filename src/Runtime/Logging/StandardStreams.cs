using System.Runtime.InteropServices;

using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.Logging;

/// <summary>Standard output and error as plain descriptors. <c>System.Console</c> would bring encodings and terminal handling into the
/// binary, and set up the terminal before the first line; <c>FileStream</c> would write a redirected file at offsets of its own.</summary>
internal static partial class StandardStreams
{
    public static Stream Output => Open(1);

    public static Stream Error => Open(2);

    /// <summary>Opens those that the program was started without, on nothing. Else the system gives their numbers to what is opened next, and what is
    /// printed goes into a connection, or to .NET as a signal.</summary>
    public static void OpenMissing()
    {
        const int getFlags = 1;
        const int readWrite = 2;
        if (OperatingSystem.IsWindows())
            return;
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            // The lowest number that is free: this one.
            if (Control(descriptor, getFlags) < 0)
                _ = OpenFile("/dev/null", readWrite);
        }
    }

    /// <summary>Each write throws <see cref="IOException"/> if nobody takes it.</summary>
    internal static Stream Open(int descriptor)
    {
        if (OperatingSystem.IsWindows())
            return descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
        var output = new DescriptorOutput(descriptor);
        return new WriteOnlyStream((bytes, _) =>
        {
            output.Write(bytes.Span);
            return ValueTask.CompletedTask;
        });
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
