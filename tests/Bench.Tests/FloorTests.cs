using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Processes;

namespace StreamingLambda.Bench.Tests;

/// <summary>The player and the C floor check each other: one speaks the protocol in C, the other verifies it in C#.</summary>
public sealed class FloorTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly Target? Floor = PeerBuilder.Floor.Build(Repository.Root);

    [Theory]
    [InlineData("tiny", false, false)]
    [InlineData("tiny", true, true)]
    [InlineData("small", false, false)]
    [InlineData("small", true, false)]
    [InlineData("small", false, true)]
    [InlineData("big", false, false)]
    [InlineData("big", true, true)]
    [InlineData("uneven", false, false)]
    public void Floor_answers_each_workload_with_its_bytes(string name, bool gather, bool base64)
    {
        Workload workload = name switch
        {
            "tiny" => Workload.Tiny,
            "small" => Workload.Small(5000, 10),
            "big" => Workload.Big(10 * 65536, 65536),
            _ => Workload.Big(65536 + 1, 65536),
        };
        using FunctionSession session = new(NeedFloor() with { Arguments = gather ? ["--gather"] : [] }, Timeout);
        NextAnswer answer = new(workload.ToEvent(base64));

        Assert.True(session.Start() > TimeSpan.Zero);
        InvocationTimes first = session.Invoke(answer, workload);
        InvocationTimes second = session.Invoke(answer, workload);

        Assert.True(first.HandedOut < first.FirstByte && first.FirstByte <= first.LastByte && first.LastByte < second.HandedOut);
    }

    [Fact]
    public void A_response_of_another_length_than_the_workloads_is_refused()
    {
        using FunctionSession session = new(NeedFloor(), Timeout);
        Workload expected = Workload.Tiny with { ResponseBytes = 14 };

        _ = session.Start();
        NextAnswer answer = new(expected.ToEvent(base64: false));
        BenchmarkException refused = Assert.Throws<BenchmarkException>(() => session.Invoke(answer, expected));

        Assert.Contains("The response has 13 body bytes, the workload", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Warm_invocations_use_one_connection_and_allocate_nothing_in_the_player()
    {
        using FunctionSession session = new(NeedFloor(), Timeout);
        NextAnswer answer = new(Workload.Tiny.ToEvent(base64: false));
        _ = session.Start();
        for (int i = 0; i < 10; i++) _ = session.Invoke(answer, Workload.Tiny);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) _ = session.Invoke(answer, Workload.Tiny);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(1, session.Connections);
    }

    [Theory]
    [InlineData(nameof(Placement.Any))]
    [InlineData(nameof(Placement.Same))]
    [InlineData(nameof(Placement.Apart))]
    public void A_placed_program_answers_and_the_player_is_put_back(string name)
    {
        Placement placement = Enum.Parse<Placement>(name);
        ProcessorSet before = ProcessorSet.OfThisThread();
        Assert.SkipWhen(placement == Placement.Apart && before.First == before.Last, "This process may use one processor only.");
        using FunctionSession session = new(NeedFloor(), Timeout);
        _ = session.Start();

        ProcessorSet during;
        using (new PlacedThreads(placement, session.Process))
        {
            during = ProcessorSet.OfThisThread();
            _ = session.Invoke(new NextAnswer(Workload.Tiny.ToEvent(base64: false)), Workload.Tiny);
        }

        ProcessorSet after = ProcessorSet.OfThisThread();
        Assert.Equal((before.First, placement == Placement.Any ? before.Last : before.First), (during.First, during.Last));
        Assert.Equal((before.First, before.Last), (after.First, after.Last));
    }

    [Fact]
    public void Cpu_and_memory_are_those_of_the_measured_process()
    {
        using FunctionSession session = new(NeedFloor(), Timeout);
        NextAnswer answer = new(Workload.Tiny.ToEvent(base64: false));
        _ = session.Start();
        long idle = session.Process.CpuNanoseconds;

        for (int i = 0; i < 100; i++) _ = session.Invoke(answer, Workload.Tiny);

        // A hundred invocations cost the floor about 5 ms; memory of this test's own process would be many times as much.
        Assert.InRange(session.Process.CpuNanoseconds - idle, 100_000, 1_000_000_000);
        Assert.InRange(session.Process.ResidentBytes, 100_000, 8_000_000);
        Assert.InRange(session.Process.PeakResidentBytes, session.Process.ResidentBytes, 8_000_000);
    }

    [Fact]
    public void Floor_without_a_runtime_api_says_how_it_is_started()
    {
        using ChildProcess process = new(NeedFloor().Path, [], new Dictionary<string, string>());

        process.Start();

        Assert.NotEqual(0, process.WaitForExit());
        Assert.Contains("start this program by the benchmark", process.ReadOutput(), StringComparison.Ordinal);
    }

    private static Target NeedFloor()
    {
        Assert.SkipWhen(Floor is null, "No C compiler (cc, gcc, clang) is on the PATH.");
        return Floor;
    }
}
