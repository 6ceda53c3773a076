using System.Globalization;

namespace StreamingLambda.Emulator.Environments;

/// <summary>What a function's code looked like when its process was started: a rebuilt one differs.</summary>
internal sealed record BootstrapFiles(string Path, long Size, long NewestWrite)
{
    /// <summary>Files that nobody has written to for so long are complete.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a build is waited for that goes on writing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Which code it is: its path, its kind, and when it was built.</summary>
    public string Description => IsBuilt
        ? string.Create(
            CultureInfo.InvariantCulture, $"{Path} ({Kind}, built {new DateTime(NewestWrite, DateTimeKind.Utc).ToLocalTime():yyyy-MM-dd HH:mm:ss})")
        : $"{Path} (not built)";

    /// <summary>Whether there is something to run.</summary>
    public bool IsBuilt => NewestWrite != 0;

    /// <summary>Whether it is what 'dotnet build' makes: a small executable that starts the library beside it.</summary>
    public bool IsManaged => File.Exists(System.IO.Path.ChangeExtension(Path, ".dll"));

    private string Kind => IsManaged ? "managed" : IsScript ? "a script" : "native";

    private bool IsScript
    {
        get
        {
            try
            {
                using FileStream file = File.OpenRead(Path);
                return file.ReadByte() == '#' && file.ReadByte() == '!';
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Being written, or for execution only: not a script that could be read.
                return false;
            }
        }
    }

    /// <summary>Looks at the executable and at the libraries beside it, where a managed bootstrap has its code.</summary>
    public static BootstrapFiles Read(string bootstrapPath)
    {
        var executable = new FileInfo(bootstrapPath);
        try
        {
            if (!executable.Exists || AppHost.IsIncomplete(executable))
                return new BootstrapFiles(bootstrapPath, 0, 0);

            long size = executable.Length;
            long newest = executable.LastWriteTimeUtc.Ticks;
            foreach (FileInfo library in executable.Directory!.EnumerateFiles("*.dll"))
            {
                size += library.Length;
                newest = Math.Max(newest, library.LastWriteTimeUtc.Ticks);
            }
            return new BootstrapFiles(bootstrapPath, size, newest);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Taken away while it was looked at.
            return new BootstrapFiles(bootstrapPath, 0, 0);
        }
    }

    /// <summary>The same, once a build that is just writing them has come to rest.</summary>
    public static async ValueTask<BootstrapFiles> ReadSettledAsync(string bootstrapPath, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        BootstrapFiles files = Read(bootstrapPath);
        while (files.IsWrittenWithin(Settled, time) && time.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(Settled / 4, time, cancellationToken);
            files = Read(bootstrapPath);
        }
        return files;
    }

    /// <summary>Whether something was written in the last <paramref name="period"/>.</summary>
    public bool IsWrittenWithin(TimeSpan period, TimeProvider time)
    {
        long age = time.GetUtcNow().Ticks - NewestWrite;
        return age >= 0 && age < period.Ticks;
    }
}
