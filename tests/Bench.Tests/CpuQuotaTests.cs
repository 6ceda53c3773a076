using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Processes;

namespace StreamingLambda.Bench.Tests;

/// <summary>A share of a processor is what the system gives, not what the benchmark believes.</summary>
public sealed class CpuQuotaTests
{
    [Fact]
    public async Task A_limited_process_gets_its_share_and_no_more()
    {
        using CpuQuota? quota = CpuQuota.TryCreate();
        Assert.SkipWhen(quota is null, "This process may make no control group with a processor's share.");
        using ChildProcess busy = new(ExecutableFinder.Find("sh")!, ["-c", "while :; do :; done"], new Dictionary<string, string>());
        busy.Start();
        busy.JoinGroup(quota);

        quota.Limit(0.05);
        long started = TimeProvider.System.GetTimestamp();
        long before = busy.CpuNanoseconds;
        // Fifty of the periods in which shares are dealt out.
        await Task.Delay(TimeSpan.FromMilliseconds(50 * CpuQuota.Period / 1000.0), TimeProvider.System, TestContext.Current.CancellationToken);
        double share = (busy.CpuNanoseconds - before) / TimeProvider.System.GetElapsedTime(started).TotalNanoseconds;

        // Unlimited it would be near to one, or a half where something else runs too.
        Assert.InRange(share, 0.001, 0.12);
    }

    [Fact]
    public void A_group_is_removed_with_the_process_that_was_in_it()
    {
        string group;
        using (CpuQuota? quota = CpuQuota.TryCreate())
        {
            Assert.SkipWhen(quota is null, "This process may make no control group with a processor's share.");
            group = quota.Group;
            Assert.True(Directory.Exists(group));
            using ChildProcess idle = new(ExecutableFinder.Find("sleep")!, ["60"], new Dictionary<string, string>());
            idle.Start();
            idle.JoinGroup(quota);
        }

        Assert.False(Directory.Exists(group));
    }
}
