using System.Globalization;

namespace StreamingLambda.Soak.Driver;

/// <summary>Prints what a run did, as Markdown.</summary>
internal static class Summary
{
    public static void Write(TextWriter output, SoakOptions options, SoakResult result, IReadOnlyList<string> endings)
    {
        double seconds = result.Time.TotalSeconds;
        Row(output, "", "");
        Row(output, "---", "---");
        Row(output, "invocations", $"{options.Invocations}, {options.Concurrency} at a time");
        Row(output, "invocations survived", result.Ledger.Settled);
        Row(output, "time", $"{seconds:F1} s, {options.Invocations / seconds:F0} per second");
        int faults = Total(result, "fault in the answer to GET next") + Total(result, "fault in the answer to the response or error");
        Row(output, "faults injected", faults);
        Row(output, "unusual invocations", Total(result, "unusual invocation"));
        Row(output, "connections opened", $"{result.Connections}; faults cost {result.Ledger.ConnectionsLost}");
        Row(output, "posts lost with a connection that was closed behind an answer", result.Ledger.LostPosts.Count);
        Row(output, "lines in the function's log", result.LogLines);
        if (Footprint.IsAvailable)
        {
            string note = options.Invocations < Footprint.MinimumForMemory ? ", memory not compared: too short a run" : "";
            foreach (int percent in new[] { 10, 50, 100 })
            {
                if (result.Footprint.At(percent) is { } sample)
                    Row(output, $"memory and descriptors at {percent} %{note}", $"{sample.Megabytes:F1} MB, {sample.Descriptors}");
            }
        }
        else
        {
            Row(output, "memory and descriptors", "not checked: this machine has no /proc");
        }
        Row(output, "endings checked, a process each", endings.Count == 0 ? "none" : string.Join("; ", endings));

        string? last = null;
        foreach (((string table, string kind), int count) in result.Ledger.Counts.OrderBy(entry => entry.Key))
        {
            if (table != last)
            {
                output.WriteLine();
                Row(output, table, "");
                Row(output, "---", "---:");
            }
            last = table;
            Row(output, kind, count);
        }
    }

    private static int Total(SoakResult result, string table) =>
        result.Ledger.Counts.Where(entry => entry.Key.Table == table && entry.Key.Kind != "None").Sum(entry => entry.Value);

    private static void Row(TextWriter output, string name, FormattableString value) =>
        Row(output, name, value.ToString(CultureInfo.InvariantCulture));

    private static void Row(TextWriter output, string name, int value) => Row(output, name, value.ToString(CultureInfo.InvariantCulture));

    private static void Row(TextWriter output, string name, string value) => output.WriteLine($"| {name} | {value} |");
}
