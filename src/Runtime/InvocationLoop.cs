using StreamingLambda.Runtime.Logging;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Runtime;

/// <summary>Next, handle, report: one invocation after the other. As many loops run side by side as the process takes invocations at once.</summary>
/// <param name="client">Where invocations come from.</param>
/// <param name="handler">Handles them.</param>
/// <param name="options">The margin before the deadline, and the clock.</param>
/// <param name="concurrency">How many loops run on this handler at once.</param>
/// <param name="stopping">Ends the wait for an invocation; one that runs is told by its token.</param>
/// <param name="leaving">Given where the loop has its thread for good: it does all its waiting there, and so never needs one of the pool, until this
/// fires. Otherwise it waits without a thread.</param>
internal sealed class InvocationLoop(
    RuntimeApiClient client,
    IStreamingLambdaHandler handler,
    LambdaRuntimeOptions options,
    int concurrency,
    CancellationToken stopping,
    CancellationToken? leaving = null)
{
    /// <summary>Where AWS's tracing SDKs look for the trace of the invocation.</summary>
    public const string TraceIdVariable = "_X_AMZN_TRACE_ID";

    /// <summary>Handles the invocations.</summary>
    public IStreamingLambdaHandler Handler => handler;

    /// <summary>How many loops run on this handler at once.</summary>
    public int Concurrency => concurrency;

    /// <summary>What costs more the first time, better before the first event is asked for than in its invocation, which has less of a processor: the
    /// copy of the environment that the first change of it makes, and the timers' thread, for the first deadline.</summary>
    public void Prepare()
    {
        if (Concurrency == 1)
            Environment.SetEnvironmentVariable(TraceIdVariable, null);
        options.TimeProvider.CreateTimer(static _ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan).Dispose();
    }

    /// <summary>Runs until it is stopped, or the Runtime API is lost.</summary>
    /// <exception cref="RuntimeApiException">The process cannot go on.</exception>
    /// <exception cref="OperationCanceledException">The process leaves, and the invocation has not ended.</exception>
    public async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            Invocation invocation;
            try
            {
                invocation = await InPlace(client.NextAsync(stopping)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            await InPlace(HandleAsync(invocation)).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the task in this thread, if that is the loop's own: what follows an await of it then runs here as well.</summary>
    private TTask InPlace<TTask>(TTask task)
        where TTask : Task
    {
        if (leaving is { } end && !task.IsCompleted)
            Task.WaitAny([task], end);
        return task;
    }

    private async Task HandleAsync(Invocation invocation)
    {
        // The variable belongs to the whole process, so only an environment that takes one invocation at a time may set it.
        if (Concurrency == 1)
            Environment.SetEnvironmentVariable(TraceIdVariable, invocation.TraceId);

        // Deadline and stop reach what the handler has left running, until the invocation is over. Not disposed: that may still hold the token.
        var ending = new CancellationTokenSource();
        using ITimer? deadline = StartDeadline(invocation, ending);
        using CancellationTokenRegistration stop = stopping.UnsafeRegister(_ => Fire(invocation, ending), null);
        var response = new ResponseStreamWriter(client, invocation, ending.Token);
        Exception? failure = await CallHandlerAsync(invocation, response, ending.Token).ConfigureAwait(false);
        failure = await InPlace(response.SettleAsync(failure).AsTask()).ConfigureAwait(false);
        if (failure is not null)
            await ReportAsync(invocation, response, failure).ConfigureAwait(false);
    }

    private async Task<Exception?> CallHandlerAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken ending)
    {
        Task? handling = null;
        try
        {
            handling = Handler.HandleAsync(invocation, response, ending) ?? throw new InvalidOperationException(
                "HandleAsync returned null instead of a task. Make it async, or return Task.CompletedTask at its end.");
            await InPlace(handling).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException e) when (ending.IsCancellationRequested)
        {
            return stopping.IsCancellationRequested ? InvocationFailedException.Stopping(e) : InvocationFailedException.DeadlineNear(e);
        }
        catch (Exception e)
        {
            // A handler that returned the task of Task.WhenAll may have failed several times, of which await throws the first.
            return handling?.Exception is { InnerExceptions.Count: > 1 } several ? several : e;
        }
    }

    /// <summary>Tells Lambda before the log, whose reader may be slow.</summary>
    private static async Task ReportAsync(Invocation invocation, ResponseStreamWriter response, Exception failure)
    {
        RuntimeApiException? refusal = response.Refusal;
        RuntimeApiException? untold = null;
        try
        {
            await response.ReportAsync(failure).ConfigureAwait(false);
        }
        catch (RuntimeApiException e)
        {
            untold = e;
        }
        Log(invocation, "The invocation failed.", failure);
        if (refusal is not null && !IsCausedBy(failure, refusal))
            Log(invocation, "Its response had failed before.", refusal);
        if (untold is not null)
            Log(invocation, "Lambda could not be told that the invocation failed.", untold);
        if ((untold ?? refusal) is { IsFatal: true } fatal)
            throw fatal;
    }

    private static bool IsCausedBy(Exception? failure, Exception cause)
    {
        while (failure is not null && failure != cause)
            failure = failure.InnerException;
        return failure is not null;
    }

    /// <summary>Fires the margin before the deadline. A deadline further away than a timer reaches (49 days) never fires.</summary>
    private ITimer? StartDeadline(Invocation invocation, CancellationTokenSource ending)
    {
        TimeSpan delay = invocation.RemainingTime - options.DeadlineMargin;
        if (delay.TotalMilliseconds >= uint.MaxValue - 1)
            return null;
        delay = delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
        return options.TimeProvider.CreateTimer(_ => Fire(invocation, ending), null, delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires the handler's token in a thread made for it, where what the handler has registered on it runs: a busy pool does not delay it,
    /// and however long it takes delays no other invocation.</summary>
    private static void Fire(Invocation invocation, CancellationTokenSource ending) => new Thread(() =>
    {
        try
        {
            ending.Cancel();
        }
        catch (Exception e)
        {
            invocation.Log.Error("A callback that the handler had registered on its token failed.", e);
        }
    })
    { IsBackground = true }.UnsafeStart();

    /// <summary>A stale answer (410) is Lambda's normal way to say that the invocation timed out; everything else is an error.</summary>
    private static void Log(Invocation invocation, string message, Exception failure) =>
        invocation.Log.Write(failure is RuntimeApiException { StatusCode: 410 } ? LambdaLogLevel.Warn : LambdaLogLevel.Error, message, failure);
}
