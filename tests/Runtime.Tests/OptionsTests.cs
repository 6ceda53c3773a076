namespace StreamingLambda.Runtime.Tests;

/// <summary>A time that no timer could count is refused where it is set, not at the first deadline or SIGTERM.</summary>
public sealed class OptionsTests
{
    public static TheoryData<TimeSpan> OutOfRange =>
    [
        TimeSpan.MaxValue, TimeSpan.MinValue, Timeout.InfiniteTimeSpan, TimeSpan.FromDays(1) + TimeSpan.FromTicks(1),
    ];

    public static TheoryData<TimeSpan> InRange => [TimeSpan.Zero, TimeSpan.FromMilliseconds(450), TimeSpan.FromDays(1)];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_time_out_of_range_is_refused_when_it_is_set(TimeSpan time)
    {
        foreach ((string name, Func<LambdaRuntimeOptions> set) in Setters(time))
        {
            var refused = Assert.Throws<ArgumentOutOfRangeException>(set);
            Assert.Contains($"{name} cannot be {time}. Set it to a time from zero to a day.", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(InRange))]
    public void A_time_in_range_is_kept(TimeSpan time)
    {
        var options = new LambdaRuntimeOptions { DeadlineMargin = time, ShutdownWindow = time };

        Assert.Equal((time, time), (options.DeadlineMargin, options.ShutdownWindow));
    }

    private static IEnumerable<(string Name, Func<LambdaRuntimeOptions> Set)> Setters(TimeSpan time) =>
    [
        (nameof(LambdaRuntimeOptions.DeadlineMargin), () => new LambdaRuntimeOptions { DeadlineMargin = time }),
        (nameof(LambdaRuntimeOptions.ShutdownWindow), () => new LambdaRuntimeOptions { ShutdownWindow = time }),
    ];
}
