using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.Logging;

/// <summary>Standard output and error as plain descriptors. <c>System.Console</c> would bring encodings and terminal handling into the
/// binary, and set up the terminal before the first line; <c>FileStream</c> would write a redirected file at offsets of its own.</summary>
internal static class StandardStreams
{
    public static Stream Output => Open(1);

    public static Stream Error => Open(2);

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
}
