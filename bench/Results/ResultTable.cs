using System.Globalization;

namespace StreamingLambda.Bench.Results;

/// <summary>The results as two Markdown tables, ready for a results page.</summary>
internal static class ResultTable
{
    private const string Nothing = "-";

    public static void Write(TextWriter writer, IReadOnlyList<TargetResult> results)
    {
        TargetResult baseline = Baseline.Of(results);
        WriteTable(writer, results,
        [
            new("cold min / p10 / median / p90 ms", r => Join(r[Metric.ColdStart], "0.00", s => [s.Min, s.P10, s.Median, s.P90])),
            new("x (p10)", r => Ratio(r, baseline, Metric.ColdStart, s => s.P10)),
            new("first invocation's first byte p10 / median ms", r => Join(r[Metric.FirstInvocation], "0.000", s => [s.P10, s.Median])),
            new("cold + first byte p10 / median ms", r => Join(r[Metric.ColdStartAndFirstInvocation], "0.00", s => [s.P10, s.Median])),
            new("x (p10)", r => Ratio(r, baseline, Metric.ColdStartAndFirstInvocation, s => s.P10)),
            new("binary MB", r => r.Size is { } size ? Number(size.FileBytes / 1e6, "0.00") : Nothing),
            new("zip MB", r => r.Size is { } size ? Number(size.ZipBytes / 1e6, "0.00") : Nothing),
        ]);
        WriteTable(writer, results,
        [
            new("CPU of the start p10 / median ms", r => Join(r[Metric.StartCpu], "0.00", s => [s.P10, s.Median])),
            new("x (p10)", r => Ratio(r, baseline, Metric.StartCpu, s => s.P10)),
            new("page faults", r => Join(r[Metric.StartFaults], "0", s => [s.Median])),
            new("CPU of the first invocation p10 / median ms", r => Join(r[Metric.FirstInvocationCpu], "0.000", s => [s.P10, s.Median])),
            new("page faults", r => Join(r[Metric.FirstInvocationFaults], "0", s => [s.Median])),
            new("idle RSS MB", r => Join(r[Metric.IdleMemory], "0.0", s => [s.Median])),
        ]);
        WriteTable(writer, results,
        [
            new("uncached start p10 / median ms", r => Join(r[Metric.UncachedStart], "0.00", s => [s.P10, s.Median])),
            new("x (median)", r => Ratio(r, baseline, Metric.UncachedStart, s => s.Median)),
            new("+ first byte p10 / median ms", r => Join(r[Metric.UncachedStartAndFirstInvocation], "0.00", s => [s.P10, s.Median])),
            new("x (median)", r => Ratio(r, baseline, Metric.UncachedStartAndFirstInvocation, s => s.Median)),
            new("waits for the disk", r => Join(r[Metric.UncachedMajorFaults], "0", s => [s.Median])),
            new("first invocation at 128 MB, limited p10 / median / p90 ms",
                r => Join(r[Metric.LimitedFirstInvocation], "0.0", s => [s.P10, s.Median, s.P90])),
            new("counted", r => Join(r[Metric.CountedFirstInvocation], "0.0", s => [s.P10, s.Median, s.P90])),
        ]);
        WriteTable(writer, results,
        [
            new("warm first byte us median (p10, p99)", r => Spread(r[Metric.WarmFirstByte], "0", s => s.P10, s => s.P99)),
            new("x (median)", r => Ratio(r, baseline, Metric.WarmFirstByte, s => s.Median)),
            new("x (p99)", r => Ratio(r, baseline, Metric.WarmFirstByte, s => s.P99)),
            new("CPU per invocation us (p10, p90)", r => Spread(r[Metric.CpuPerInvocation], "0.0", s => s.P10, s => s.P90)),
            new("x", r => Ratio(r, baseline, Metric.CpuPerInvocation, s => s.Median)),
            new("100,000 chunks of 10 B ms (p10, p90)", r => Spread(r[Metric.SmallChunks], "0.0", s => s.P10, s => s.P90)),
            new("x", r => Ratio(r, baseline, Metric.SmallChunks, s => s.Median)),
            new("200 MB MB/s (p10, p90)", r => Spread(r[Metric.BigThroughput], "0", s => s.P10, s => s.P90)),
            new("x", r => Ratio(r, baseline, Metric.BigThroughput, s => s.Median)),
            new("peak RSS MB", r => Join(r[Metric.PeakMemory], "0.0", s => [s.Max])),
            new("RSS after 10,000 MB", r => Join(r[Metric.ResidentMemory], "0.0", s => [s.Max])),
            new("connections per 1,000", r => Join(r[Metric.Connections], "0", s => [s.Max])),
        ]);
        writer.WriteLine();
        writer.WriteLine(
            $"x: ratio to {baseline.Target.Name}. Medians unless said otherwise; memory, connections: the most of any round. MB: 1,000,000 bytes.");
    }

    private static void WriteTable(TextWriter writer, IReadOnlyList<TargetResult> results, IReadOnlyList<Column> columns)
    {
        // A column in which no program has a figure belongs to a phase that did not run.
        string[][] cells = [.. columns
            .Select(column => (string[])[column.Title, .. results.Select(column.Cell)])
            .Where(column => column.Skip(1).Any(cell => cell.Any(char.IsAsciiDigit)))];
        if (cells.Length == 0) return;

        writer.WriteLine();
        string[] names = ["", .. results.Select(result => result.Target.Name)];

        for (int row = 0; row < names.Length; row++)
        {
            writer.WriteLine(Line([names[row], .. cells.Select(column => column[row])], names, cells));
            if (row == 0) writer.WriteLine(Line([.. Enumerable.Repeat("---", cells.Length + 1)], names, cells));
        }
    }

    private static string Line(string[] row, string[] names, string[][] cells)
    {
        string[][] columns = [names, .. cells];
        return $"| {string.Join(" | ", row.Select((cell, i) => cell.PadRight(columns[i].Max(text => text.Length), cell == "---" ? '-' : ' ')))} |";
    }

    private static string Ratio(TargetResult result, TargetResult baseline, Metric metric, Func<Samples, double> figure) =>
        result[metric].Count > 0 && baseline[metric].Count > 0 ? Number(figure(result[metric]) / figure(baseline[metric]), "0.00") : Nothing;

    private static string Spread(Samples samples, string format, Func<Samples, double> low, Func<Samples, double> high) =>
        samples.Count > 0 ? $"{Number(samples.Median, format)} ({Number(low(samples), format)}, {Number(high(samples), format)})" : Nothing;

    private static string Join(Samples samples, string format, Func<Samples, double[]> figures) =>
        samples.Count > 0 ? string.Join(" / ", figures(samples).Select(figure => Number(figure, format))) : Nothing;

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed record Column(string Title, Func<TargetResult, string> Cell);
}
