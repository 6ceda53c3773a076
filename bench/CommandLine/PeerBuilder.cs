using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Processes;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.CommandLine;

/// <summary>A program of the benchmark's own that stands beside what is measured, compiled when its binary is missing or older than its
/// source.</summary>
/// <param name="Name">The word that stands for it on the command line.</param>
/// <param name="Source">The file below <c>bench</c>.</param>
/// <param name="Compilers">Commands, of which the first that is on the PATH is taken.</param>
/// <param name="Install">How to get one.</param>
/// <param name="Arguments">The compiler's arguments, without output and source.</param>
/// <param name="Needs">What the compiler may lack.</param>
internal sealed record PeerBuilder(string Name, string Source, string[] Compilers, string Install, string[] Arguments, string Needs)
{
    /// <summary>About as little as a function can do.</summary>
    public static PeerBuilder Floor { get; } = new(
        Baseline.FloorName, "floor.c", ["cc", "gcc", "clang"], "on Debian: apt-get install gcc libc6-dev", ["-O2", "-static", "-s"],
        "A static C library is needed (on Debian: apt-get install libc6-dev).");

    /// <summary>The language whose functions are known to start fast.</summary>
    public static PeerBuilder Go { get; } = new(
        "go", "go/main.go", ["go"], "on Debian: apt-get install golang-go", ["build", "-trimpath", "-ldflags", "-s -w"],
        "Go 1.19 or newer is needed, and a home directory for its build cache.");

    public static IReadOnlyList<PeerBuilder> All { get; } = [Floor, Go];

    /// <returns>Null when this machine has no compiler for it.</returns>
    /// <exception cref="BenchmarkException">The compiler refused.</exception>
    public Target? Build(string repository)
    {
        string source = Path.Combine(repository, "bench", Source);
        string binary = Path.Combine(repository, "artifacts", "bench", Name);
        if (!File.Exists(binary) || File.GetLastWriteTimeUtc(binary) < File.GetLastWriteTimeUtc(source))
        {
            string? compiler = Compilers.Select(ExecutableFinder.Find).FirstOrDefault(path => path is not null);
            if (compiler is null) return null;
            _ = Directory.CreateDirectory(Path.GetDirectoryName(binary)!);
            Compile(compiler, source, binary);
        }

        return new Target(Name, binary, [], new Dictionary<string, string>()) { IsWholeProgram = true };
    }

    /// <summary>As <see cref="Build"/>, for somebody who asked for it by name.</summary>
    /// <exception cref="BenchmarkException">There is no compiler, or it refused.</exception>
    public Target Need(string repository) => Build(repository) ?? throw new BenchmarkException(
        $"'{Name}' needs a compiler: none of {string.Join(", ", Compilers)} is on the PATH ({Install}).");

    private void Compile(string compiler, string source, string binary)
    {
        Dictionary<string, string> environment = new() { ["CGO_ENABLED"] = "0", ["GOPROXY"] = "off" };
        foreach (string name in (string[])["PATH", "HOME", "GOCACHE", "TMPDIR"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) environment[name] = value;
        }

        // Put in place when it is whole: others may build and start the same program just now.
        string built = $"{binary}.{Path.GetRandomFileName()}";
        using ChildProcess process = new(compiler, [.. Arguments, "-o", built, source], environment);
        process.Start();
        if (process.WaitForExit() == 0)
        {
            File.Move(built, binary, overwrite: true);
            return;
        }
        throw new BenchmarkException(
            $"Cannot build {source}: {compiler} {process.DescribeExit()}.\n{process.ReadOutput()}\n{Needs} "
            + "Or name the programs to measure, without it: mine=./bootstrap");
    }
}
