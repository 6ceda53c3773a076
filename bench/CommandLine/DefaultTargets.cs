using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.CommandLine;

/// <summary>What is measured when the command line names no program: this repository's own, against the C floor.</summary>
internal static class DefaultTargets
{
    private const string SampleHandler = "_HANDLER=SendNumbersWithPause";

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
        Add("bench", "./build.sh --bench");
        Add("local", "./build.sh --local");
        Add("typed", "./build.sh --local --project bench/TypedFunction/TypedFunction.csproj --output artifacts/typed");

        if (ours.Count == 0)
            throw new BenchmarkException("There is nothing to measure. Make one of the binaries above, or name programs: mine=./bootstrap");

        List<Target> peers = [];
        foreach (PeerBuilder peer in PeerBuilder.All)
        {
            if (peer.Build(repository) is { } built) peers.Add(built);
            else note($"{peer.Name} is left out: none of {string.Join(", ", peer.Compilers)} is on the PATH ({peer.Install}).");
        }

        return [.. peers, .. ours];

        void Add(string name, string command)
        {
            string path = Path.Combine(repository, "artifacts", name, "bootstrap");
            if (!File.Exists(path)) note($"{path} is missing and left out. Make it with: {command}");
            // The sample handlers know no workloads; this one answers the benchmark's event at once.
            else if (name == "local") ours.Add(TargetParser.Parse($"{name}={SampleHandler} \"{path}\"") with { ColdOnly = true });
            else ours.Add(TargetParser.Parse($"{name}=\"{path}\""));
        }
    }
}
