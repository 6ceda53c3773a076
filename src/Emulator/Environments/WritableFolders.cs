using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// Where a function may write: in /tmp, and nowhere else, as on Lambda. Linux can say so of a thread, and of the processes that it starts, without
/// any privilege: https://docs.kernel.org/userspace-api/landlock.html.
/// </summary>
internal static unsafe partial class WritableFolders
{
    private const int CreateRuleset = 444;
    private const int AddRule = 445;
    private const int RestrictSelf = 446;
    private const int VersionOnly = 1;
    private const int RulesBeneathPath = 1;
    private const int SetNoNewPrivileges = 38;

    /// <summary>O_PATH and O_CLOEXEC.</summary>
    private const int ForReference = 0x200000 | 0x80000;

    /// <summary>The first that lets a file be moved from one folder to another.</summary>
    private const int LowestVersion = 2;

    /// <summary>The first that has a say in truncating.</summary>
    private const int VersionOfTruncate = 3;

    /// <summary>LANDLOCK_ACCESS_FS_WRITE_FILE, and REMOVE_DIR to REFER: all that changes a file or a folder.</summary>
    private const ulong Write = (1 << 1) | 0x3ff0;

    private const ulong Truncate = 1 << 14;

    /// <summary>/mnt is where Lambda mounts file systems that a function is given. /dev and /proc are no files.</summary>
    private static readonly string[] Folders = ["/tmp", "/mnt", "/dev", "/proc"];

    private static readonly long Version = OperatingSystem.IsLinux() ? Call(CreateRuleset, 0, 0, VersionOnly, 0) : -1;

    /// <summary>Whether this system can hold a function to it.</summary>
    public static bool CanBeEnforced => Version >= LowestVersion;

    /// <summary>Runs something that starts a process, in a thread made for it, which is held to these folders, and so is the process.</summary>
    public static T Enforce<T>(Func<T> start)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Restrict();
                result = start();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Restrict()
    {
        ulong access = Version >= VersionOfTruncate ? Write | Truncate : Write;
        long ruleset = Check(Call(CreateRuleset, (nint)(&access), sizeof(ulong), 0, 0));
        try
        {
            foreach (string folder in Folders.Where(Directory.Exists))
                Allow(ruleset, folder, access);
            Check(Control(SetNoNewPrivileges, 1, 0, 0, 0));
            Check(Call(RestrictSelf, (nint)ruleset, 0, 0, 0));
        }
        finally
        {
            _ = Close((int)ruleset);
        }
    }

    private static void Allow(long ruleset, string folder, ulong access)
    {
        int descriptor = (int)Check(Open(folder, ForReference));
        try
        {
            var rule = new Rule { Access = access, Parent = descriptor };
            Check(Call(AddRule, (nint)ruleset, RulesBeneathPath, (nint)(&rule), 0));
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static long Check(long result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Rule
    {
        public ulong Access;
        public int Parent;
    }
}
