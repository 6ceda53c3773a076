namespace StreamingLambda.Bench.Emulating;

/// <summary>
/// How much a function streams through the emulator, in few chunks and in many, whether it keeps its pace, and how many tiny invocations it gets
/// done. Each of these is measured for all variants in turn before it is repeated, and another variant begins each time.
/// </summary>
internal sealed class EmulatorBenchmark(EmulatorOptions options, Action<string> report)
{
    /// <summary>Measures and writes the figures as Markdown.</summary>
    public void Run(TextWriter output)
    {
        List<EmulatorSession> sessions = [];
        try
        {
            foreach (EmulatorVariant variant in options.Variants)
            {
                report($"Starting {variant.Name}, with a round that does not count");
                EmulatorSession session = new(options, variant);
                sessions.Add(session);
                session.Start();
            }

            for (int round = 0; round < options.Rounds; round++)
            {
                report($"Round {round + 1} of {options.Rounds}");
                EmulatorSession[] inTurn = [.. Enumerable.Range(round, sessions.Count).Select(turn => sessions[turn % sessions.Count])];
                foreach (EmulatorPhase phase in options.Phases)
                {
                    foreach (EmulatorSession session in inTurn) phase.Measure(session);
                }
            }

            foreach (EmulatorSession session in sessions) session.Finish();
            new EmulatorTable(output, options, [.. sessions.Select(session => session.Figures)]).Write();
        }
        finally
        {
            foreach (EmulatorSession session in sessions) session.Dispose();
        }
    }
}
