using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Building;

/// <summary>Says when a source file of a project changes.</summary>
internal sealed class SourceFiles : IDisposable
{
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly Action<string> _changed;

    /// <param name="project">Whose files.</param>
    /// <param name="changed">Gets the path of each file that is changed, made, renamed or deleted, at once, and from any thread.</param>
    /// <exception cref="ConfigurationException">The system does not let so many folders be watched.</exception>
    public SourceFiles(WatchedProject project, Action<string> changed)
    {
        _changed = changed;
        try
        {
            foreach (string folder in project.ReadFolders().Where(Directory.Exists))
                Watch(folder, isDeep: true, path => WatchedProject.IsSource(folder, path));
            Watch(project.Root, isDeep: false, WatchedProject.IsBuildSetting);
        }
        catch (Exception exception) when (IsOutOfReach(exception))
        {
            Dispose();
            throw new ConfigurationException($"--watch: the folder of {project.Name} cannot be watched: {exception.Message}");
        }
    }

    /// <summary>The source that was written last, and when, in UTC: what the system has told nobody yet is in the folders already.</summary>
    public static (string Path, DateTime Written) FindNewest(WatchedProject project)
    {
        (string Path, DateTime Written) newest = (project.Path, DateTime.MinValue);
        foreach (FileInfo file in project.ReadFolders().Where(Directory.Exists).SelectMany(folder => Sources(folder, new DirectoryInfo(folder))))
        {
            if (WrittenAt(file) is var written && written > newest.Written)
                newest = (file.FullName, written);
        }
        return newest;
    }

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());

    private static IEnumerable<FileInfo> Sources(string root, DirectoryInfo folder)
    {
        FileSystemInfo[] entries = Entries(folder);
        return entries.OfType<FileInfo>()
            .Where(file => WatchedProject.IsSource(root, file.FullName))
            .Concat(entries.OfType<DirectoryInfo>()
                .Where(inner => WatchedProject.IsSource(root, Path.Combine(inner.FullName, "any")) && !IsLink(inner))
                .SelectMany(inner => Sources(root, inner)));
    }

    // A folder may go while it is walked, or be somebody else's: there are no sources in it, then.
    private static FileSystemInfo[] Entries(DirectoryInfo folder) => Try(folder.GetFileSystemInfos, otherwise: []);

    // It may lead to a folder above.
    private static bool IsLink(DirectoryInfo folder) => Try(() => folder.Attributes.HasFlag(FileAttributes.ReparsePoint), otherwise: true);

    private static DateTime WrittenAt(FileInfo file) => Try(() => file.LastWriteTimeUtc, otherwise: DateTime.MinValue);

    private static T Try<T>(Func<T> ask, T otherwise)
    {
        try
        {
            return ask();
        }
        catch (Exception exception) when (IsOutOfReach(exception))
        {
            return otherwise;
        }
    }

    private static bool IsOutOfReach(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private void Watch(string folder, bool isDeep, Func<string, bool> counts)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = isDeep,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite,
        };
        _watchers.Add(watcher);
        void See(string path)
        {
            if (counts(path) && !Directory.Exists(path))
                _changed(path);
        }

        watcher.Changed += (_, change) => See(change.FullPath);
        watcher.Created += (_, change) => See(change.FullPath);
        watcher.Deleted += (_, change) => See(change.FullPath);
        watcher.Renamed += (_, change) =>
        {
            See(change.OldFullPath);
            See(change.FullPath);
        };
        // More changes at once than the system keeps: something has changed, whatever it was.
        watcher.Error += (_, _) => _changed(folder);
        watcher.EnableRaisingEvents = true;
    }
}
