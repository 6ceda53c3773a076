using System.Security.Cryptography;

namespace StreamingLambda.Emulator.Environments;

/// <summary>The small executable that 'dotnet build' makes of a program. It starts the library beside it, which is copied there after it, with the
/// .NET runtime of the machine, or with the one beside it.</summary>
/// <remarks>https://learn.microsoft.com/dotnet/core/project-sdk/msbuild-props#useapphost</remarks>
internal static class AppHost
{
    /// <summary>It has some 75 KB. What is larger than this is none, and is not read.</summary>
    private const int MaxBytes = 512 * 1024;

    /// <summary>Stands in every one of them. The eight bytes before it say where in the file the libraries begin: 0 if they are not in it.</summary>
    private static readonly byte[] Mark = SHA256.HashData(".net core bundle\n"u8);

    private static readonly ContentCheck NeedsLibrary = new(path => IsWithoutLibraries(File.ReadAllBytes(path)));

    private static readonly ContentCheck BringsRuntime =
        new(path => File.ReadAllText(path).Contains("\"includedFrameworks\"", StringComparison.Ordinal));

    /// <summary>Whether a build is at work on it: its library is not there, or its runtime is not the one that its settings name.</summary>
    public static bool IsIncomplete(FileInfo executable)
    {
        try
        {
            return File.Exists(Path.ChangeExtension(executable.FullName, ".dll"))
                ? HasOtherRuntime(executable)
                : executable.Length <= MaxBytes && NeedsLibrary.Ask(executable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Being written, or for execution only. Its start will tell.
            return false;
        }
    }

    private static bool IsWithoutLibraries(ReadOnlySpan<byte> content)
    {
        int mark = content.IndexOf(Mark);
        return mark >= sizeof(long) && !content[(mark - sizeof(long))..mark].ContainsAnyExcept((byte)0);
    }

    // A native publish makes a build with the runtime beside it, in the folder of one without, and takes its executable away in the end.
    private static bool HasOtherRuntime(FileInfo executable)
    {
        var settings = new FileInfo(Path.ChangeExtension(executable.FullName, ".runtimeconfig.json"));
        return settings.Exists && File.Exists(Path.Combine(executable.DirectoryName!, "libhostfxr.so")) != BringsRuntime.Ask(settings);
    }
}
