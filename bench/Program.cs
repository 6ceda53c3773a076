using StreamingLambda.Bench;
using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Emulating;
using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Results;

try
{
    return new BenchCommand(Run, RunEmulator).Invoke(args);
}
catch (Exception e) when (e is BenchmarkException or IOException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

static void Run(BenchmarkOptions options)
{
    RequireLinux();
    // Opened first: a path that cannot be written must not cost a whole run.
    using Stream? json = options.JsonFile is { } file ? JsonFile.Create(file) : null;
    IReadOnlyList<TargetResult> results = new Benchmark(options, Console.Error.WriteLine).Run();
    ResultTable.Write(Console.Out, results);
    if (json is not null) ResultJson.Write(json, options, results);
}

static void RunEmulator(EmulatorOptions options)
{
    RequireLinux();
    new EmulatorBenchmark(options, Console.Error.WriteLine).Run(Console.Out);
}

static void RequireLinux()
{
    if (!OperatingSystem.IsLinux())
        throw new BenchmarkException("The benchmark needs Linux: CPU time and memory are read from its process clocks and /proc.");
}
