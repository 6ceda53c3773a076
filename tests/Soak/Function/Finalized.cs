using System.Runtime.CompilerServices;

namespace StreamingLambda.Soak.Function;

/// <summary>An object with a finalizer. .NET's thread for them starts late in an executable (NativeAot.c), which nobody may notice.</summary>
internal sealed class Finalized
{
    private static int _count;
    private static int _wasAsked;

    private Finalized()
    {
    }

    ~Finalized() => Interlocked.Increment(ref _count);

    /// <summary>Leaves one, and waits until it is finalized. It waits for ever where the thread does not start. Once in a process: a collection
    /// closes what the runtime has leaked, and the soak is to find that.</summary>
    /// <returns>Whether one was.</returns>
    public static bool LeaveOne()
    {
        if (Interlocked.Exchange(ref _wasAsked, 1) != 0)
            return true;
        int before = Volatile.Read(ref _count);
        Create();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Volatile.Read(ref _count) > before;
    }

    /// <summary>Not inlined: a caller's frame may keep what it made alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Create() => _ = new Finalized();
}
