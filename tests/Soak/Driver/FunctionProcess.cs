using System.Diagnostics;
using System.Globalization;

using StreamingLambda.Soak.Function;
using StreamingLambda.Soak.Plan;

namespace StreamingLambda.Soak.Driver;

/// <summary>The function as a child process.</summary>
internal sealed class FunctionProcess : IDisposable
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _inputGate = new();
    private readonly Process _process;
    private readonly Task _output;
    private readonly Task _errors;

    private FunctionProcess(Process process)
    {
        _process = process;
        _process.StandardInput.AutoFlush = true;
        _output = Log.ReadAsync(process.StandardOutput);
        _errors = Log.ReadErrorsAsync(process.StandardError);
    }

    public FunctionLog Log { get; } = new();

    public int Id => _process.Id;

    /// <summary>Starts a function that finds its Runtime API at an address.</summary>
    public static FunctionProcess Start(IReadOnlyList<string> command, string runtimeApi, int concurrency)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = runtimeApi;
        if (concurrency > 1)
            start.Environment["AWS_LAMBDA_MAX_CONCURRENCY"] = concurrency.ToString(CultureInfo.InvariantCulture);
        return new FunctionProcess(Process.Start(start)!);
    }

    /// <summary>This program itself, as a command.</summary>
    public static IReadOnlyList<string> Self { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "StreamingLambda.Soak.dll")]
        : [Environment.ProcessPath!];

    /// <summary>Lets a handler that waits go on.</summary>
    public void OpenGate(Exchange exchange, GatePoint point)
    {
        lock (_inputGate)
            _process.StandardInput.WriteLine(Gates.Key(exchange.Index, point));
    }

    /// <summary>Completes when the process ends, with its exit code.</summary>
    public async Task<int> ExitedAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Tells the function to stop, as SIGTERM does, and returns its exit code and all its log.</summary>
    public async Task<int> StopAsync()
    {
        _process.StandardInput.Close();
        return await EndAsync();
    }

    /// <summary>Waits until the process has ended and its log is read.</summary>
    /// <exception cref="ViolationException">It does not end.</exception>
    public async Task<int> EndAsync()
    {
        try
        {
            await Task.WhenAll(ExitedAsync(), _output, _errors).WaitAsync(ExitLimit);
        }
        catch (TimeoutException)
        {
            throw new ViolationException($"the function did not end within {ExitLimit.TotalSeconds} seconds");
        }
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
