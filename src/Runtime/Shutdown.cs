using System.Runtime.InteropServices;

namespace StreamingLambda.Runtime;

/// <summary>How the process ends. SIGTERM, the caller's token or the loss of the Runtime API begins it: no further invocation is taken, and those in
/// flight have <see cref="LambdaRuntimeOptions.ShutdownWindow"/> to end. None of it needs a thread of the pool.</summary>
internal sealed class Shutdown : IDisposable
{
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenSource _leaving = new();
    private readonly LambdaRuntimeOptions _options;
    private PosixSignalRegistration? _terminate;
    private ITimer? _window;
    private ITimer? _exit;
    private Exception? _failure;

    /// <param name="options">The window, and its clock.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    public Shutdown(LambdaRuntimeOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stopping.Token.UnsafeRegister(static shutdown => ((Shutdown)shutdown!).OpenWindow(), this);
    }

    /// <summary>Fires when the shutdown begins.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Fires when the window is over: what has not ended by then is left.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <summary>What has lost the Runtime API first; null if nothing has.</summary>
    public Exception? Failure => _failure;

    /// <summary>From here on SIGTERM begins the shutdown. Before, it ends the process at once: the system's default.</summary>
    public void ListenForSigterm() => _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
    {
        // .NET runs this in a thread made for it. Lambda allows the process little more than the window.
        context.Cancel = true;
        Begin(exitCode: 0, exitAfter: _options.ShutdownWindow * 1.1);
    });

    /// <summary>The Runtime API is lost for one loop, and so for all. Only after a 500, when Lambda wants the process to leave promptly, the others
    /// get no time to end.</summary>
    public void Fail(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is null)
            Begin(exitCode: 1, exitAfter: _options.ShutdownWindow * 2);
    }

    public void Dispose()
    {
        _terminate?.Dispose();
        _exit?.Dispose();
        _window?.Dispose();
        _stopping.Dispose();
        _leaving.Dispose();
    }

    private void Begin(int exitCode, TimeSpan exitAfter)
    {
        // Before anybody is told to stop, which may take its time: else the process could end before the window, and nobody would log what is
        // cut off.
        OpenWindow();
        // A handler that blocks the program's own thread keeps the program from returning: then the process ends without it.
        _exit ??= _options.TimeProvider.CreateTimer(
            code => (_options.Exit ?? Environment.Exit)((int)code!), exitCode, exitAfter, Timeout.InfiniteTimeSpan);
        Cancel(_stopping);
    }

    private void OpenWindow() => _window ??= _options.TimeProvider.CreateTimer(
        static leaving => Cancel((CancellationTokenSource)leaving!),
        _leaving,
        _failure is RuntimeApiException { IsFatal: true } ? TimeSpan.Zero : _options.ShutdownWindow,
        Timeout.InfiniteTimeSpan);

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The process is already leaving.
        }
    }
}
