using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Player;

namespace StreamingLambda.Bench.Tests;

/// <summary>The peer in Go: another implementation of HTTP that the player has to agree with.</summary>
public sealed class GoPeerTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Go_answers_each_workload_with_its_bytes_over_one_connection(bool base64)
    {
        using FunctionSession session = new(NeedGo(), Timeout);
        Workload[] workloads = [Workload.Tiny, Workload.Small(5000, 10), Workload.Big(65536 + 1, 65536), Workload.Tiny];

        _ = session.Start();
        foreach (Workload workload in workloads) _ = session.Invoke(new NextAnswer(workload.ToEvent(base64)), workload);

        Assert.Equal(1, session.Connections);
    }

    [Fact]
    public void Go_refuses_a_workload_that_it_does_not_know()
    {
        using FunctionSession session = new(NeedGo(), Timeout);
        Workload unknown = new("""{"workload":"huge"}""", ResponseBytes: null);

        _ = session.Start();
        BenchmarkException failed = Assert.Throws<BenchmarkException>(() => session.Invoke(new NextAnswer(unknown.ToEvent(base64: false)), unknown));

        Assert.Contains("the workload 'huge' is none of tiny, small, big", failed.Message, StringComparison.Ordinal);
    }

    private static Target NeedGo()
    {
        Target? go = PeerBuilder.Go.Build(Repository.Root);
        Assert.SkipWhen(go is null, "No 'go' is on the PATH.");
        return go;
    }
}
