using System.Globalization;
using System.Text.RegularExpressions;
using StreamingLambda.Bench.Processes;

namespace StreamingLambda.Bench.Emulating;

/// <summary>A running emulator with limits and signatures off. What it prints goes to a file, as with every program that is measured.</summary>
internal sealed partial class EmulatorProcess : IDisposable
{
    private const string LastLine = "A function's process starts with its first invocation.";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT"];

    private readonly ChildProcess _process;
    private readonly TimeSpan _timeout;

    /// <param name="options">For which function, and for how many callers.</param>
    /// <param name="variant">Which emulator.</param>
    public EmulatorProcess(EmulatorOptions options, EmulatorVariant variant)
    {
        string[] arguments =
        [
            "--no-limits", "--auth", "NONE", "--port", "0", "--concurrency", options.Callers.ToString(CultureInfo.InvariantCulture),
            "--bootstrap", options.Function.Path, .. variant.Page == PageUse.Off ? ["--no-page"] : Array.Empty<string>(),
        ];
        Dictionary<string, string> environment = [];
        foreach (string name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) environment[name] = value;
        }

        _timeout = options.Timeout;
        _process = new ChildProcess(variant.Executable, arguments, environment);
        _process.Start();
    }

    /// <summary>The most memory it ever had in RAM, in bytes.</summary>
    public long PeakResidentBytes => _process.PeakResidentBytes;

    /// <summary>Its processor time so far.</summary>
    public long CpuNanoseconds => _process.CpuNanoseconds;

    /// <summary>The end of what it printed.</summary>
    public string Output => _process.ReadOutput();

    /// <summary>Waits until it listens.</summary>
    /// <returns>The port of the function URL, and the page's address where it has one.</returns>
    /// <exception cref="BenchmarkException">It ended, or did not listen in time.</exception>
    public (int Port, Uri? Page) WaitForAddresses()
    {
        if (!WaitUntil(() => Output.Contains(LastLine, StringComparison.Ordinal) || _process.HasExited))
            throw new BenchmarkException($"The emulator does not listen after {_timeout.TotalSeconds} s. It printed:\n{Output}");
        string output = Output;
        Match port = Listening().Match(output);
        Match page = Showing().Match(output);
        return port.Success
            ? (int.Parse(port.Groups[1].ValueSpan, CultureInfo.InvariantCulture), page.Success ? new Uri(page.Groups[1].Value) : null)
            : throw new BenchmarkException($"The emulator {_process.DescribeExit()} before it listened. It printed:\n{Output}");
    }

    /// <summary>Lets it end in order, with the function's processes; kills it when it does not.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Terminate();
        _ = WaitUntil(() => _process.HasExited);
        _process.Dispose();
    }

    private bool WaitUntil(Func<bool> condition)
    {
        long started = TimeProvider.System.GetTimestamp();
        using ManualResetEventSlim never = new();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > _timeout) return false;
            _ = never.Wait(PollInterval);
        }

        return true;
    }

    [GeneratedRegex(@"listens on http://127\.0\.0\.1:([0-9]+)/")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^Each invocation live.*: (http\S+)", RegexOptions.Multiline)]
    private static partial Regex Showing();
}
