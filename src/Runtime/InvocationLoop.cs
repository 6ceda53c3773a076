using StreamingLambda.Runtime.Logging;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Runtime;

/// <summary>Next, handle, report: one invocation after the other. As many loops run side by side as the process takes invocations at once.</summary>
internal sealed class InvocationLoop(RuntimeApiClient client, IStreamingLambdaHandler handler, LambdaRuntimeOptions options, int concurrency)
{
    /// <summary>Where AWS's tracing SDKs look for the trace of the invocation.</summary>
    public const string TraceIdVariable = "_X_AMZN_TRACE_ID";

    /// <summary>How many loops run on this handler at once.</summary>
    public int Concurrency => concurrency;

    /// <summary>Runs until <paramref name="stopping"/> fires, or the Runtime API is lost.</summary>
    /// <exception cref="RuntimeApiException">The process cannot go on.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Invocation invocation;
            try
            {
                invocation = await client.NextAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            await HandleAsync(invocation, stopping).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(Invocation invocation, CancellationToken stopping)
    {
        // The variable belongs to the whole process, so only an environment that takes one invocation at a time may set it.
        if (Concurrency == 1)
            Environment.SetEnvironmentVariable(TraceIdVariable, invocation.TraceId);

        using var ending = new CancellationTokenSource();
        using CancellationTokenRegistration stop = stopping.UnsafeRegister(Fire, ending);
        ITimer? deadline = StartDeadline(invocation, ending);
        try
        {
            await HandleAsync(invocation, ending.Token, stopping).ConfigureAwait(false);
        }
        finally
        {
            // Waits for a callback that runs just now: the token must still be there.
            if (deadline is not null)
                await deadline.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(Invocation invocation, CancellationToken ending, CancellationToken stopping)
    {
        var response = new ResponseStreamWriter(client, invocation, ending);
        Exception? failure = await CallHandlerAsync(invocation, response, ending, stopping).ConfigureAwait(false);
        failure = await response.SettleAsync(failure).ConfigureAwait(false);
        if (failure is null)
            return;

        Log(invocation, "The invocation failed.", failure);
        RuntimeApiException? refusal = response.Refusal;
        if (refusal is not null && !IsCausedBy(failure, refusal))
            Log(invocation, "Its response had failed before.", refusal);
        try
        {
            await response.ReportAsync(failure).ConfigureAwait(false);
        }
        catch (RuntimeApiException e)
        {
            Log(invocation, "Lambda could not be told that the invocation failed.", e);
            refusal = e;
        }
        if (refusal is { IsFatal: true })
            throw refusal;
    }

    private static bool IsCausedBy(Exception? failure, Exception cause)
    {
        while (failure is not null && failure != cause)
            failure = failure.InnerException;
        return failure is not null;
    }

    private async Task<Exception?> CallHandlerAsync(
        Invocation invocation, ResponseStreamWriter response, CancellationToken ending, CancellationToken stopping)
    {
        try
        {
            Task handling = handler.HandleAsync(invocation, response, ending)
                ?? throw new InvalidOperationException(
                    "HandleAsync returned null instead of a task. Make it async, or return Task.CompletedTask at its end.");
            await handling.ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException e) when (ending.IsCancellationRequested)
        {
            return stopping.IsCancellationRequested ? InvocationFailedException.Stopping(e) : InvocationFailedException.DeadlineNear(e);
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Fires the margin before the deadline. A deadline further away than a timer reaches (49 days) never fires.</summary>
    private ITimer? StartDeadline(Invocation invocation, CancellationTokenSource ending)
    {
        TimeSpan delay = invocation.RemainingTime - options.DeadlineMargin;
        if (delay.TotalMilliseconds >= uint.MaxValue - 1)
            return null;
        return options.TimeProvider.CreateTimer(Fire, ending, delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires the handler's token. Not with Cancel: what handlers registered on it would run in the timer's or the signal's thread, where an
    /// exception of theirs would end the process.</summary>
    private static void Fire(object? ending) => _ = ((CancellationTokenSource)ending!).CancelAsync();

    /// <summary>A stale answer (410) is Lambda's normal way to say that the invocation timed out; everything else is an error.</summary>
    private static void Log(Invocation invocation, string message, Exception failure) =>
        invocation.Log.Write(failure is RuntimeApiException { StatusCode: 410 } ? LogLevel.Warn : LogLevel.Error, message, failure);
}
