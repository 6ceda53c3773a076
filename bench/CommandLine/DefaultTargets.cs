using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.CommandLine;

/// <summary>What is measured when the command line names no program: this repository's own, against the C floor.</summary>
internal static class DefaultTargets
{
    private const string SampleHandler = "_HANDLER=ConditionalStreamingHandler";

    /// <summary>The function for <c>--emulator</c>.</summary>
    /// <exception cref="BenchmarkException">It was not built.</exception>
    public static Target FindFunction(string repository)
    {
        string path = Path.Combine(repository, "artifacts", "bench", "bootstrap");
        return File.Exists(path)
            ? TargetParser.Parse($"bench=\"{path}\"")
            : throw new BenchmarkException($"There is no function at {path}. Make it with: ./build.sh --local --bench");
    }

    /// <param name="repository">The repository's root.</param>
    /// <param name="note">Takes a sentence about each program that is left out.</param>
    /// <exception cref="BenchmarkException">There is nothing of ours to measure.</exception>
    public static IReadOnlyList<Target> Find(string repository, Action<string> note)
    {
        List<Target> ours = [];
        Add("bench", Path.Combine(repository, "artifacts", "bench", "bootstrap"), "./build.sh --bench");
        Add("local", Path.Combine(repository, "artifacts", "local", "bootstrap"), "./build.sh --local");

        if (ours.Count == 0)
            throw new BenchmarkException("There is nothing to measure. Make one of the binaries above, or name programs: mine=./bootstrap");
        if (FloorBuilder.Build(repository) is { } floor) return [floor, .. ours];

        note("No C compiler (cc, gcc, clang) is on the PATH: the floor is left out, ratios are to the first program.");
        return ours;

        void Add(string name, string path, string command)
        {
            if (!File.Exists(path)) note($"{path} is missing and left out. Make it with: {command}");
            // The sample handlers know no workloads; this one answers the benchmark's event at once.
            else if (name == "local") ours.Add(TargetParser.Parse($"{name}={SampleHandler} \"{path}\"") with { ColdOnly = true });
            else ours.Add(TargetParser.Parse($"{name}=\"{path}\""));
        }
    }
}
