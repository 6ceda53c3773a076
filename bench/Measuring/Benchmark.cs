using StreamingLambda.Bench.Player;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Measuring;

/// <summary>
/// Runs the phases round by round, each for every program in turn, so that a machine that drifts drifts for all of them. A first round is
/// thrown away: it compiles the player's own code and brings the programs' files into memory.
/// </summary>
internal sealed class Benchmark(BenchmarkOptions options, Action<string> report)
{
    private readonly Dictionary<Workload, NextAnswer> _answers = [];

    public IReadOnlyList<TargetResult> Run()
    {
        report($"Warming up: one round that does not count ({string.Join(", ", options.Targets.Select(target => target.Name))})");
        RunRound(0, [.. options.Targets.Select(target => new TargetResult(target))]);

        TargetResult[] results = [.. options.Targets.Select(target => new TargetResult(target))];
        for (int round = 1; round <= options.Rounds; round++)
        {
            report($"Round {round} of {options.Rounds}");
            RunRound(round, results);
        }

        return results;
    }

    private void RunRound(int round, TargetResult[] results)
    {
        foreach (Phase phase in options.Phases)
        {
            for (int repeat = 0; repeat < phase.Repeats; repeat++)
            {
                // Another program begins each time: none is always the one that runs after the slowest.
                for (int i = 0; i < results.Length; i++)
                {
                    TargetResult result = results[(i + repeat + round) % results.Length];
                    if (!phase.ForAnyProgram && result.Target.ColdOnly) continue;
                    phase.Run(new PhaseContext(result.Target, options.Timeout, options.Placement, AnswerWith, result));
                }
            }
        }
    }

    private NextAnswer AnswerWith(Workload workload)
    {
        if (!_answers.TryGetValue(workload, out NextAnswer? answer))
            _answers.Add(workload, answer = new NextAnswer(workload.ToEvent(options.Base64)));
        return answer;
    }
}
