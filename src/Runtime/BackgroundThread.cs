using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamingLambda.Runtime;

/// <summary>Starts a thread that the program does not wait for, neither at its end nor here.</summary>
/// <remarks><see cref="Thread.Start()"/> returns when the new thread has run its first lines, and keeps a processor busy until then. In a native
/// binary on Linux the thread is therefore the system's own, and .NET gets to know it when it runs: a tenth of a millisecond less.</remarks>
internal static unsafe partial class BackgroundThread
{
    /// <param name="run">Must not throw.</param>
    /// <param name="name">For those who look at the process's threads.</param>
    public static void Start(Action run, string name)
    {
        // Only in a native binary: elsewhere the C library may have these functions in another file, which is looked for by name at run time.
        if (!RuntimeFeature.IsDynamicCodeSupported && OperatingSystem.IsLinux() && TryStart(run, name))
            return;
        new Thread(run.Invoke) { IsBackground = true, Name = name }.UnsafeStart();
    }

    private static bool TryStart(Action run, string name)
    {
        GCHandle start = GCHandle.Alloc(() =>
        {
            Thread.CurrentThread.Name = name;
            run();
        });
        nint thread;
        if (CreateThread(&thread, null, &Run, GCHandle.ToIntPtr(start)) != 0)
        {
            start.Free();
            return false;
        }
        _ = DetachThread(thread);
        return true;
    }

    [UnmanagedCallersOnly]
    private static nint Run(nint start)
    {
        var handle = GCHandle.FromIntPtr(start);
        var run = (Action)handle.Target!;
        handle.Free();
        run();
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "pthread_create")]
    private static partial int CreateThread(nint* thread, void* attributes, delegate* unmanaged<nint, nint> start, nint argument);

    [LibraryImport("libc", EntryPoint = "pthread_detach")]
    private static partial int DetachThread(nint thread);
}
