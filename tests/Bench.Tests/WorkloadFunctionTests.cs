using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Player;

namespace StreamingLambda.Bench.Tests;

/// <summary>The functions that the benchmark measures, as managed processes: the native ones are built from the same source.</summary>
public sealed class WorkloadFunctionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("WorkloadFunction", false)]
    [InlineData("WorkloadFunction", true)]
    [InlineData("TypedFunction", false)]
    [InlineData("TypedFunction", true)]
    public void Every_workload_is_answered_with_its_bytes_over_one_connection(string function, bool base64)
    {
        using FunctionSession session = new(Find(function), Timeout);
        Workload[] workloads =
        [
            Workload.Tiny, Workload.Small(5000, 10), Workload.Small(3, 1), Workload.Paced(100, 10, 10_000), Workload.Big(1_000_000, 65536),
        ];

        _ = session.Start();
        foreach (Workload workload in workloads) _ = session.Invoke(new NextAnswer(workload.ToEvent(base64)), workload);

        Assert.Equal(1, session.Connections);
    }

    [Theory]
    [InlineData("""{"workload":"huge"}""", "The workload 'huge' is none of tiny, small, paced, big.")]
    [InlineData("""{"workload":"big","bytes":10,"chunk":0}""", "The workload's chunks have 0 bytes.")]
    [InlineData("""{"workload":"paced","count":1,"size":10,"perSecond":0}""", "The workload is to write 0 chunks a second.")]
    [InlineData("""{"workload":"paced","count":1,"size":0,"perSecond":1}""", "The workload's chunks have 0 bytes.")]
    [InlineData("""[not json""", "Json")]
    public void A_workload_that_makes_no_sense_is_an_error_that_says_so(string body, string reason)
    {
        using FunctionSession session = new(Find("WorkloadFunction"), Timeout);
        Workload workload = new(body, ResponseBytes: null);

        _ = session.Start();
        BenchmarkException failed = Assert.Throws<BenchmarkException>(() =>
            session.Invoke(new NextAnswer(workload.ToEvent(base64: false)), workload));

        Assert.Contains(reason, failed.Message, StringComparison.Ordinal);
    }

    // artifacts/bin/Bench.Tests/debug stands beside artifacts/bin/WorkloadFunction/debug.
    private static Target Find(string function)
    {
        DirectoryInfo output = new(AppContext.BaseDirectory.TrimEnd('/'));
        string program = Path.Combine(output.Parent!.Parent!.FullName, function, output.Name, "bootstrap");
        return TargetParser.Parse($"function=\"{program}\"");
    }
}
