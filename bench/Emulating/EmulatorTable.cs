using System.Globalization;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Emulating;

/// <summary>The figures as Markdown, a column for each variant, and what they say of the page's bounds.</summary>
/// <param name="output">Where they go.</param>
/// <param name="options">What was measured.</param>
/// <param name="figures">The figures of each variant.</param>
internal sealed class EmulatorTable(TextWriter output, EmulatorOptions options, IReadOnlyList<EmulatorFigures> figures)
{
    public void Write()
    {
        output.WriteLine();
        WriteRow("", variant => options.Variants[variant].Name);
        WriteRow("---", _ => "---");
        WriteFigure("200 MB, MB/s", one => one.Megabytes);
        WriteFigure("its CPU ms", one => one.MegabytesCpu);
        WriteFigure("100,000 chunks of 10 B, 1,000 chunks/s", one => one.Chunks);
        WriteFigure("its CPU ms", one => one.ChunksCpu);
        WriteFigure(Text($"{EmulatorSession.PacedPerSecond:N0} chunks/s for {options.PacedPeriod.TotalSeconds} s, seconds"), one => one.Paced, 3);
        WriteFigure("chunks that came to the caller", one => one.PacedChunks);
        WriteFigure("the function in its writes, ms", one => one.PacedWriting);
        WriteFigure("its latest chunk, ms late", one => one.PacedLatest, 1);
        WriteFigure("the emulator's CPU ms", one => one.PacedCpu);
        WriteFigure(Text($"tiny invocations/s, {options.Callers} callers"), one => one.Invocations);
        WriteFigure("CPU us for one", one => one.InvocationCpu);
        WriteRow("peak RSS MB", variant => Number(figures[variant].PeakBytes / 1e6, 0));
        output.WriteLine();
        output.WriteLine("Medians (p10, p90); x: the median of the rounds' ratios to the first column. CPU: of the emulator's process.");
        foreach (string sentence in PacedBound.Check(options, figures)) output.WriteLine(sentence);
    }

    private void WriteFigure(string title, Func<EmulatorFigures, Samples> figure, int decimals = 0)
    {
        if (figure(figures[0]).Count == 0) return;
        WriteRow(title, variant =>
        {
            Samples samples = figure(figures[variant]);
            string spread = $"{Number(samples.Median, decimals)} ({Number(samples.P10, decimals)}, {Number(samples.P90, decimals)})";
            return variant == 0 ? spread : $"{spread} x {Number(samples.RatioTo(figure(figures[0])), 2)}";
        });
    }

    private void WriteRow(string title, Func<int, string> cell) =>
        output.WriteLine($"| {title} | {string.Join(" | ", Enumerable.Range(0, figures.Count).Select(cell))} |");

    private static string Number(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
