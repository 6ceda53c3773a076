using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Processes;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.CommandLine;

/// <summary>Compiles <c>bench/floor.c</c> when its binary is missing or older than it.</summary>
internal static class FloorBuilder
{
    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    /// <returns>Null when this machine has no C compiler.</returns>
    /// <exception cref="BenchmarkException">The compiler refused.</exception>
    public static Target? Build(string repository)
    {
        string source = Path.Combine(repository, "bench", "floor.c");
        string binary = Path.Combine(repository, "artifacts", "bench", "floor");
        if (!File.Exists(binary) || File.GetLastWriteTimeUtc(binary) < File.GetLastWriteTimeUtc(source))
        {
            string? compiler = Compilers.Select(ExecutableFinder.Find).FirstOrDefault(path => path is not null);
            if (compiler is null) return null;
            _ = Directory.CreateDirectory(Path.GetDirectoryName(binary)!);
            Compile(compiler, source, binary);
        }

        return new Target(Baseline.FloorName, binary, [], new Dictionary<string, string>()) { IsWholeProgram = true };
    }

    private static void Compile(string compiler, string source, string binary)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" };
        using ChildProcess process = new(compiler, ["-O2", "-static", "-s", "-o", binary, source], environment);
        process.Start();
        if (process.WaitForExit() == 0) return;

        throw new BenchmarkException(
            $"Cannot build the C floor: {compiler} {process.DescribeExit()}.\n{process.ReadOutput()}\n" +
            "A static C library is needed (on Debian: apt-get install libc6-dev). Without the floor, name the programs to measure: mine=./bootstrap");
    }
}
