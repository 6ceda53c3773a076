using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StreamingLambda.Bench.Processes;

/// <summary>A file's pages in the system's page cache. A new execution environment has none of a function's binary there.</summary>
internal static unsafe class PageCache
{
    /// <summary>Takes a file out of the cache.</summary>
    /// <exception cref="BenchmarkException">Pages of it have stayed.</exception>
    public static void Evict(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        int descriptor = (int)file.DangerousGetHandle();
        // What is not written yet cannot be dropped.
        _ = Libc.Synchronize(descriptor);
        _ = Libc.Advise(descriptor, 0, 0, Libc.DoNotNeed);
        (long resident, long pages) = Count(descriptor, RandomAccess.GetLength(file));
        if (resident > 0)
        {
            throw new BenchmarkException(
                $"{resident} of {pages} pages of {path} stay in the page cache: it is in use, or its file system is in memory too. "
                + "Set TMPDIR to a directory on a disk, or leave the phase 'uncached' out with --only.");
        }
    }

    /// <summary>How much of a file is in the cache.</summary>
    public static (long Resident, long Pages) Count(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        return Count((int)file.DangerousGetHandle(), RandomAccess.GetLength(file));
    }

    private static (long Resident, long Pages) Count(int descriptor, long length)
    {
        if (length == 0) return (0, 0);
        long pages = (length + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        byte[] present = new byte[pages];
        // A mapping that nobody reads from brings nothing in.
        void* mapping = Libc.Map(null, (nuint)length, Libc.MapRead, Libc.MapShared, descriptor, 0);
        if (mapping == Libc.MapFailed)
            throw new BenchmarkException($"Cannot look into the page cache: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        fixed (byte* first = present)
            _ = Libc.FindInCore(mapping, (nuint)length, first);
        _ = Libc.Unmap(mapping, (nuint)length);
        return (present.Count(page => (page & 1) != 0), pages);
    }
}
