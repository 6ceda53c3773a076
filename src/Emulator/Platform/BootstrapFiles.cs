namespace StreamingLambda.Emulator.Platform;

/// <summary>What a function's code looked like when its process was started: a rebuilt one differs.</summary>
internal sealed record BootstrapFiles(long Size, long NewestWrite)
{
    /// <summary>Looks at the executable and at the libraries beside it, where a managed bootstrap has its code.</summary>
    public static BootstrapFiles Read(string bootstrapPath)
    {
        var executable = new FileInfo(bootstrapPath);
        if (!executable.Exists)
            return new BootstrapFiles(0, 0);

        long size = executable.Length;
        long newest = executable.LastWriteTimeUtc.Ticks;
        foreach (FileInfo library in executable.Directory!.EnumerateFiles("*.dll"))
        {
            size += library.Length;
            newest = Math.Max(newest, library.LastWriteTimeUtc.Ticks);
        }
        return new BootstrapFiles(size, newest);
    }
}
