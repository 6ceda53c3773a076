using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Processes;

namespace StreamingLambda.Bench.Measuring;

/// <summary>One execution environment: a fresh process of a program and the Runtime API that it alone talks to.</summary>
internal sealed class FunctionSession : IDisposable
{
    private readonly Target _target;
    private readonly RuntimeApiPlayer _player;
    private readonly ChildProcess _process;

    public FunctionSession(Target target, TimeSpan timeout)
    {
        _target = target;
        _player = new RuntimeApiPlayer(DescribeEnd, timeout);
        _process = new ChildProcess(target.Path, target.Arguments, LambdaEnvironment.For(target, _player.Authority));
    }

    public ChildProcess Process => _process;

    /// <summary>How many connections it has opened so far.</summary>
    public int Connections => _player.Connections;

    /// <summary>Spawns the process and waits for its first request for an event.</summary>
    /// <param name="quota">A group to put it into when it is spawned.</param>
    /// <returns>The time between the two.</returns>
    public TimeSpan Start(CpuQuota? quota = null)
    {
        try
        {
            long spawned = TimeProvider.System.GetTimestamp();
            _process.Start();
            if (quota is not null) _process.JoinGroup(quota);
            return TimeProvider.System.GetElapsedTime(spawned, _player.WaitForNext());
        }
        catch (BenchmarkException e)
        {
            throw Explain(e);
        }
    }

    /// <summary>Runs one invocation and waits until the function asks for the next.</summary>
    /// <param name="answer">The event.</param>
    /// <param name="workload">What it asks for.</param>
    public InvocationTimes Invoke(NextAnswer answer, Workload workload)
    {
        try
        {
            InvocationTimes times = _player.Invoke(answer, workload);
            return times with { AskedForNext = _player.WaitForNext() };
        }
        catch (BenchmarkException e)
        {
            throw Explain(e);
        }
    }

    public void Dispose()
    {
        _process.Dispose();
        _player.Dispose();
    }

    private BenchmarkException Explain(BenchmarkException e)
    {
        string output = _process.ReadOutput().ReplaceLineEndings("\n           ");
        if (output.Length == 0) output = "(none)";
        return new BenchmarkException($"{_target.Name}: {e.Message}\n  command: {_target.CommandLine}\n  output:  {output}");
    }

    private string? DescribeEnd() => _process.HasExited ? _process.DescribeExit() : null;
}
