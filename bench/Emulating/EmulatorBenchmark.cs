using System.Globalization;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Emulating;

/// <summary>
/// How much a function streams through the emulator, in few chunks and in many, and how many tiny invocations it gets done. Each of these is
/// measured for all variants in turn before it is repeated, and another variant begins each time.
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
                foreach (EmulatorSession session in inTurn) session.MeasureBig();
                foreach (EmulatorSession session in inTurn) session.MeasureSmall();
                foreach (EmulatorSession session in inTurn) session.MeasureTiny();
            }

            foreach (EmulatorSession session in sessions) session.Finish();
            Write(output, [.. sessions.Select(session => session.Figures)]);
        }
        finally
        {
            foreach (EmulatorSession session in sessions) session.Dispose();
        }
    }

    private void Write(TextWriter output, EmulatorFigures[] figures)
    {
        output.WriteLine();
        WriteRow("", variant => options.Variants[variant].Name);
        WriteRow("---", _ => "---");
        WriteFigure("200 MB, MB/s", one => one.Megabytes);
        WriteFigure("its CPU ms", one => one.MegabytesCpu);
        WriteFigure("100,000 chunks of 10 B, 1,000 chunks/s", one => one.Chunks);
        WriteFigure("its CPU ms", one => one.ChunksCpu);
        WriteFigure(string.Create(CultureInfo.InvariantCulture, $"tiny invocations/s, {options.Callers} callers"), one => one.Invocations);
        WriteFigure("CPU us for one", one => one.InvocationCpu);
        WriteRow("peak RSS MB", variant => Number(figures[variant].PeakBytes / 1e6, "0"));
        output.WriteLine();
        output.WriteLine("Medians (p10, p90); x: the median of the rounds' ratios to the first column. CPU: of the emulator's process.");

        void WriteFigure(string title, Func<EmulatorFigures, Samples> figure) => WriteRow(title, variant =>
        {
            Samples samples = figure(figures[variant]);
            string spread = $"{Number(samples.Median, "0")} ({Number(samples.P10, "0")}, {Number(samples.P90, "0")})";
            return variant == 0 ? spread : $"{spread} x {Number(samples.RatioTo(figure(figures[0])), "0.00")}";
        });

        void WriteRow(string title, Func<int, string> cell) =>
            output.WriteLine($"| {title} | {string.Join(" | ", Enumerable.Range(0, figures.Length).Select(cell))} |");
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
