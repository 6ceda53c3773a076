using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace StreamingLambda.Bench.Processes;

/// <summary>
/// The system calls that .NET does not offer, or offers with too much around them: <c>Process.Start</c> alone takes about as long as
/// the fastest program needs to start.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int Sigkill = 9;
    internal const int Sigpipe = 13;
    internal const int Sigterm = 15;
    internal const int NoHang = 1;
    internal const short PollIn = 1;
    internal const short SetSignalDefaults = 4;
    internal const short SetSignalMask = 8;
    internal const int DoNotNeed = 4;
    internal const int MapRead = 1;
    internal const int MapShared = 1;

    /// <summary>Larger than glibc's and musl's <c>posix_spawn_file_actions_t</c>, <c>posix_spawnattr_t</c> and <c>sigset_t</c>.</summary>
    internal const int OpaqueBytes = 1024;

    /// <summary>What <see cref="Map"/> returns when it cannot.</summary>
    internal static readonly void* MapFailed = (void*)-1;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(int* pid, byte* path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int InitFileActions(void* fileActions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int AddDuplicate(void* fileActions, int descriptor, int newDescriptor);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int DestroyFileActions(void* fileActions);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int InitAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SetFlags(void* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SetDefaultSignals(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SetMaskedSignals(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int DestroyAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static partial int EmptySignals(void* signals);

    [LibraryImport(Library, EntryPoint = "sigaddset")]
    internal static partial int AddSignal(void* signals, int signal);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport(Library, EntryPoint = "kill")]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "sched_getaffinity", SetLastError = true)]
    internal static partial int GetAffinity(int thread, nuint maskBytes, byte* mask);

    [LibraryImport(Library, EntryPoint = "sched_setaffinity", SetLastError = true)]
    internal static partial int SetAffinity(int thread, nuint maskBytes, byte* mask);

    [LibraryImport(Library, EntryPoint = "clock_getcpuclockid")]
    internal static partial int GetCpuClock(int pid, int* clock);

    [LibraryImport(Library, EntryPoint = "clock_gettime")]
    internal static partial int GetTime(int clock, TimeSpec* time);

    [LibraryImport(Library, EntryPoint = "fsync")]
    internal static partial int Synchronize(int descriptor);

    [LibraryImport(Library, EntryPoint = "posix_fadvise")]
    internal static partial int Advise(int descriptor, long offset, long length, int advice);

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    internal static partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(Library, EntryPoint = "munmap")]
    internal static partial int Unmap(void* address, nuint length);

    [LibraryImport(Library, EntryPoint = "mincore")]
    internal static partial int FindInCore(void* address, nuint length, byte* pages);
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int Descriptor;
    internal short Events;
    internal short Returned;
}

/// <summary><c>struct timespec</c> of a 64-bit system.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    internal long Seconds;
    internal long Nanoseconds;
}
