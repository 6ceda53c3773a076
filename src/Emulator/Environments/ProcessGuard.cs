using System.ComponentModel;
using System.IO.Pipes;
using System.Text;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// Sees to it that no function's process outlives the emulator, not even one that was killed with SIGKILL: a shell in a session of its own that
/// is told which processes there are, and ends them when its input ends.
/// </summary>
internal sealed class ProcessGuard(EmulatorConsole console) : IAsyncDisposable
{
    // Lines "+ ID MARK" and "- ID MARK" until the emulator is gone. /proc is where Linux tells the environment of a process.
    private const string Script = """
        sessions=
        while read -r change id mark; do
          if [ "$change" = + ]; then
            sessions="$sessions $id:$mark"
          else
            kept=
            for session in $sessions; do
              [ "${session%%:*}" = "$id" ] || kept="$kept $session"
            done
            sessions=$kept
          fi
        done
        for session in $sessions; do
          kill -s KILL -- "-${session%%:*}"
          for environment in /proc/[0-9]*/environ; do
            if grep -qF "${session#*:}" "$environment"; then
              process=${environment#/proc/}
              kill -s KILL "${process%%/*}"
            fi
          done
        done 2> /dev/null
        """;

    private readonly Lock _lock = new();
    private AnonymousPipeServerStream? _input;
    private Task? _ended;
    private bool _isClosed;

    /// <summary>A process has been started.</summary>
    public void Add(ProcessSession session) => Tell('+', session);

    /// <summary>It has ended, and what it started as well.</summary>
    public void Remove(ProcessSession session) => Tell('-', session);

    /// <summary>Ends the guard, and what it still knows of.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? ended;
        lock (_lock)
        {
            _isClosed = true;
            _input?.Dispose();
            ended = _ended;
        }
        if (ended is not null)
            await ended;
    }

    private void Tell(char change, ProcessSession session)
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            try
            {
                _input ??= Start();
                _input.Write(Encoding.ASCII.GetBytes($"{change} {session.Id} {session.Mark}\n"));
            }
            catch (Exception exception) when (exception is Win32Exception or IOException)
            {
                _isClosed = true;
                console.WriteLine($"If the emulator is killed, its functions run on: what would end them does not run ({exception.Message}).");
            }
        }
    }

    private AnonymousPipeServerStream Start()
    {
        var input = new AnonymousPipeServerStream(PipeDirection.Out);
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" };
        int id = PosixSpawn.Start("/bin/sh", ["-c", Script], "/", environment, input.ClientSafePipeHandle, nothing, nothing);
        input.DisposeLocalCopyOfClientHandle();
        var session = new ProcessSession(id, Guid.NewGuid().ToString("N"));
        _ended = Task.Factory.StartNew(session.WaitForEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return input;
    }
}
