using System.ComponentModel;
using System.Runtime.InteropServices;

// For every system call of the emulator.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// Starts a program in a session of its own: Ctrl+C in the emulator's terminal does not reach it, and whatever it starts in turn is in one group
/// that a single signal ends. <see cref="System.Diagnostics.Process"/> has no way to ask for that.
/// </summary>
internal static unsafe partial class PosixSpawn
{
    /// <summary>More than any C library's attributes, file actions and signal sets take.</summary>
    private const int StructureSize = 1024;

    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;

    /// <summary>POSIX_SPAWN_SETSID, which every system numbers as it likes.</summary>
    private static readonly short SetSession = (short)(OperatingSystem.IsMacOS() ? 0x400 : 0x80);

    /// <summary>Starts it; the process id. The caller waits for its end.</summary>
    /// <param name="path">The executable.</param>
    /// <param name="arguments">What it gets after its own name.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="environment">All its variables.</param>
    /// <param name="input">Standard input; null: the empty device.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <exception cref="Win32Exception">It is missing or not executable; <see cref="Win32Exception.NativeErrorCode"/> is errno.</exception>
    public static int Start(
        string path,
        IReadOnlyList<string> arguments,
        string workingDirectory,
        IReadOnlyDictionary<string, string> environment,
        SafeHandle? input,
        SafeHandle output,
        SafeHandle error)
    {
        byte* actions = stackalloc byte[StructureSize];
        byte* attributes = stackalloc byte[StructureSize];
        byte* signals = stackalloc byte[StructureSize];
        Check(InitActions(actions));
        Check(InitAttributes(attributes));
        try
        {
            Check(AddDirectory(actions, workingDirectory));
            if (input is null)
                Check(AddOpen(actions, 0, "/dev/null", flags: 0, mode: 0));
            else
                Check(AddDuplicate(actions, (int)input.DangerousGetHandle(), 0));
            Check(AddDuplicate(actions, (int)output.DangerousGetHandle(), 1));
            Check(AddDuplicate(actions, (int)error.DangerousGetHandle(), 2));
            Check(SetFlags(attributes, (short)(SetSignalDefaults | SetSignalMask | SetSession)));
            // .NET ignores SIGPIPE for itself; the program begins with nothing ignored and nothing blocked.
            _ = FillSignals(signals);
            Check(SetDefaults(attributes, signals));
            _ = EmptySignals(signals);
            Check(SetMask(attributes, signals));
            string?[] variables = [.. environment.Select(pair => $"{pair.Key}={pair.Value}"), null];
            Check(Spawn(out int processId, path, actions, attributes, [path, .. arguments, null], variables));
            return processId;
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
            GC.KeepAlive(input);
            GC.KeepAlive(output);
            GC.KeepAlive(error);
        }
    }

    // These functions return errno instead of setting it.
    private static void Check(int errno)
    {
        if (errno != 0)
            throw new Win32Exception(errno);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int processId, string path, byte* actions, byte* attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddDirectory(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySignals(byte* signals);
}
