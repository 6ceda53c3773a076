using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamingLambda.Bench.Results;

/// <summary>The results as JSON, for comparing runs by program.</summary>
internal static class ResultJson
{
    public static void Write(Stream stream, BenchmarkOptions options, IReadOnlyList<TargetResult> results)
    {
        TargetResult baseline = Baseline.Of(results);
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("takenAt", TimeProvider.System.GetUtcNow());
        json.WriteStartObject("machine");
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("architecture", RuntimeInformation.OSArchitecture.ToString());
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteEndObject();
        json.WriteNumber("rounds", options.Rounds);
        json.WriteBoolean("base64", options.Base64);
        json.WriteString("cpus", options.Placement.ToString().ToLowerInvariant());
        json.WriteString("baseline", baseline.Target.Name);
        json.WriteStartArray("programs");
        foreach (TargetResult result in results) WriteProgram(json, result, baseline);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteProgram(Utf8JsonWriter json, TargetResult result, TargetResult baseline)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Target.Name);
        json.WriteString("command", result.Target.CommandLine);
        if (result.Size is { } size)
        {
            json.WriteNumber("binaryBytes", size.FileBytes);
            json.WriteNumber("zipBytes", size.ZipBytes);
        }

        json.WriteStartObject("metrics");
        foreach (Metric metric in Metric.All.Where(metric => result[metric].Count > 0))
            WriteMetric(json, metric.Name, result[metric], baseline[metric]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMetric(Utf8JsonWriter json, string name, Samples samples, Samples baseline)
    {
        json.WriteStartObject(name);
        json.WriteNumber("samples", samples.Count);
        Write("min", s => s.Min);
        Write("p10", s => s.P10);
        Write("median", s => s.Median);
        Write("p90", s => s.P90);
        Write("p99", s => s.P99);
        Write("max", s => s.Max);
        json.WriteEndObject();

        void Write(string figure, Func<Samples, double> read)
        {
            json.WriteNumber(figure, Math.Round(read(samples), 4));
            if (baseline.Count > 0) json.WriteNumber($"{figure}Ratio", Math.Round(read(samples) / read(baseline), 4));
        }
    }
}
