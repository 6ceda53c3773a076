namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>An invocation that goes on after its caller has got another answer.</summary>
internal static class UnawaitedTask
{
    /// <summary>Nobody waits for it any more; how it ends is in the log.</summary>
    public static void LeaveRunning(this Task run) =>
        _ = run.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
