using System.Globalization;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Building;

/// <summary>Builds a project whenever its sources change, and lets invocations wait for it.</summary>
internal sealed class WatchedBuild : IAsyncDisposable
{
    private const string Who = "watch";

    /// <summary>More messages than that help nobody.</summary>
    private const int MaxMessages = 20;

    /// <summary>An editor writes several files at once, and each in several steps: so long nothing has changed before a build begins.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private readonly WatchedProject _project;
    private readonly EmulatorConsole _console;
    private readonly TimeProvider _time;
    private readonly BuildServer _server;
    private readonly SourceFiles _files;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _change = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, long> _changed = [];
    private readonly Task _loop;
    private TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTime _newestKnown;
    private bool _isOver;
    private volatile bool _hasFailed;

    private WatchedBuild(WatchedProject project, EmulatorConsole console, TimeProvider time)
    {
        _project = project;
        _console = console;
        _time = time;
        _server = new BuildServer(project.Root);
        _files = new SourceFiles(project, NoteChange);
        _changed[project.Path] = time.GetTimestamp();
        _newestKnown = SourceFiles.FindNewest(project).Written;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Whether what runs is older than the sources, because they did not compile.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Begins to build and to watch.</summary>
    /// <exception cref="ConfigurationException">The project's folders cannot be watched.</exception>
    public static WatchedBuild Start(WatchedProject project, EmulatorConsole console, TimeProvider time)
    {
        console.WriteLine(Who, $"Building {project.Name}, now and whenever its sources change.");
        return new WatchedBuild(project, console, time);
    }

    /// <summary>Ends when what was saved is built, or does not compile.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        LookForChange();
        Task settled;
        lock (_lock)
            settled = _settled.Task;
        await settled.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        await _stopping.CancelAsync();
        await _loop;
        _server.Dispose();
    }

    private void NoteChange(string path)
    {
        lock (_lock)
        {
            // Nobody would build it, and calls would wait for ever.
            if (_isOver)
                return;
            _changed[path] = _time.GetTimestamp();
            if (_settled.Task.IsCompleted)
                _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        _change.Release();
    }

    // Whoever saves and calls at once is faster than the system's word of the change.
    private void LookForChange()
    {
        (string path, DateTime written) = SourceFiles.FindNewest(_project);
        lock (_lock)
        {
            if (written <= _newestKnown)
                return;
            _newestKnown = written;
        }
        NoteChange(path);
    }

    private async Task RunAsync()
    {
        try
        {
            await BuildAsync([_project.Path], isFirst: true);
            while (true)
            {
                if (!TrySettle())
                    await BuildAsync(await TakeChangesAsync(), isFirst: false);
                else
                    await _change.WaitAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The emulator ends.
        }
        catch (Exception exception)
        {
            _console.WriteLine(Who, $"Nothing is built any more: {exception}");
            _hasFailed = true;
        }
        finally
        {
            lock (_lock)
            {
                _isOver = true;
                _settled.TrySetResult();
            }
        }
    }

    private bool TrySettle()
    {
        lock (_lock)
        {
            if (_changed.Count > 0)
                return false;
            _settled.TrySetResult();
            return true;
        }
    }

    private async Task<IReadOnlyList<string>> TakeChangesAsync()
    {
        while (true)
        {
            TimeSpan since;
            lock (_lock)
            {
                since = _time.GetElapsedTime(_changed.Values.Max());
                if (since >= Quiet)
                {
                    string[] taken = [.. _changed.Keys];
                    _changed.Clear();
                    return taken;
                }
            }
            await Task.Delay(Quiet - since, _time, _stopping.Token);
        }
    }

    private async Task BuildAsync(IReadOnlyList<string> changed, bool isFirst)
    {
        if (isFirst)
            ForgetFirst();
        else
            _console.WriteLine(Who, $"{Describe(changed)} changed: building.");
        DateTime newest = SourceFiles.FindNewest(_project).Written;
        lock (_lock)
            _newestKnown = newest > _newestKnown ? newest : _newestKnown;
        long started = _time.GetTimestamp();
        BuildResult result = await _server.BuildAsync(_project.Path, isFirst || changed.Any(WatchedProject.MayNamePackages), _stopping.Token);
        string seconds = _time.GetElapsedTime(started).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        _hasFailed = !result.Succeeded;
        _console.WriteLine(Who, result.Succeeded
            ? $"Built in {seconds} s."
            : $"The build failed after {seconds} s. Until one succeeds, calls run what was built before.");
        foreach (string message in result.Messages.Take(MaxMessages))
            _console.WriteLine(Who, "  " + message);
        if (result.Messages.Count > MaxMessages)
            _console.WriteLine(Who, $"  and {result.Messages.Count - MaxMessages} more. 'dotnet build {_project.Name}' shows all.");
    }

    // The entry that kept everybody waiting until this build.
    private void ForgetFirst()
    {
        lock (_lock)
            _changed.Remove(_project.Path);
    }

    private string Describe(IReadOnlyList<string> changed)
    {
        // Many editors write another file first, and give it the name of the old one then.
        List<string> there = [.. changed.Where(File.Exists).DefaultIfEmpty(changed[0])];
        string first = Path.GetRelativePath(_project.Root, there[0]);
        return there.Count == 1 ? first : $"{first} and {there.Count - 1} more";
    }
}
