using System.Diagnostics;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The short form of the soak (tests/Soak, docs/reliability.md), as a process. A failure prints the seed that repeats it.</summary>
public sealed class SoakTests
{
    /// <summary>Many times what it takes, for machines that are busy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("--invocations 1500 --endings 4")]
    [InlineData("--invocations 500 --endings 0 --concurrency 8")]
    public async Task Every_invocation_of_a_soak_is_survived(string arguments)
    {
        (int exitCode, string output, string errors) = await RunAsync(arguments);

        Assert.True(exitCode == 0, $"{output}\n{errors}");
        Assert.Contains($"| invocations survived | {arguments.Split(' ')[1]} |", output, StringComparison.Ordinal);
        Assert.Contains("| ResetInBody | ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--invocations 99", "--invocations must be from 100 to 100000000, not 99.")]
    [InlineData("--seed x", "Cannot parse argument 'x' for option '--seed'")]
    [InlineData("--function no/such/program", "error: cannot start 'no/such/program'")]
    [InlineData("--function false", "the function ended by itself with exit code 1")]
    public async Task A_soak_that_cannot_run_says_why(string arguments, string message)
    {
        (int exitCode, _, string errors) = await RunAsync(arguments);

        Assert.Equal(1, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string arguments)
    {
        var start = new ProcessStartInfo(ProgramPath(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            await Task.WhenAll(process.WaitForExitAsync(), output, errors).WaitAsync(Limit);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Its output lies beside this project's, for the same configuration and framework.</summary>
    private static string ProgramPath()
    {
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(own, "../../Soak", Path.GetFileName(own), "StreamingLambda.Soak" + (OperatingSystem.IsWindows() ? ".exe" : "")));
    }
}
