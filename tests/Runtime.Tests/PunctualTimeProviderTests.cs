using System.Diagnostics;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The clock of deadlines, with the system's time.</summary>
public sealed class PunctualTimeProviderTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    /// <summary>Long enough to give a timer up before it is due, on a busy machine too.</summary>
    private static readonly TimeSpan Unhurried = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_timer_fires_when_its_time_has_come_and_no_sooner()
    {
        var fired = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        long created = Stopwatch.GetTimestamp();

        await using ITimer timer = Create(() => fired.SetResult(Stopwatch.GetElapsedTime(created)), Soon);

        Assert.InRange(await fired.Task.WaitAsync(Limits.Step), Soon, Limits.Step);
    }

    [Fact]
    public async Task One_that_is_due_sooner_wakes_the_thread_that_sleeps_for_a_later_one()
    {
        var woken = new Gate();
        var fired = new Gate();
        await using ITimer later = Create(() => Assert.Fail("It is due in an hour."), TimeSpan.FromHours(1));
        // When it has fired, the thread goes back to sleep for the hour.
        await using ITimer first = Create(woken.Open, TimeSpan.Zero);
        await woken.WaitAsync();

        await using ITimer sooner = Create(fired.Open, Soon);

        await fired.WaitAsync();
    }

    [Fact]
    public async Task One_that_was_given_up_or_put_off_does_not_fire()
    {
        var end = new Gate();
        int fired = 0;
        ITimer givenUp = Create(() => fired++, Unhurried);
        await using ITimer putOff = Create(() => fired++, Unhurried);

        await givenUp.DisposeAsync();
        putOff.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        await using ITimer last = Create(end.Open, Unhurried * 1.25);

        await end.WaitAsync();
        Assert.Equal(0, fired);
    }

    private static ITimer Create(Action fire, TimeSpan due) =>
        PunctualTimeProvider.Shared.CreateTimer(_ => fire(), null, due, Timeout.InfiniteTimeSpan);
}
