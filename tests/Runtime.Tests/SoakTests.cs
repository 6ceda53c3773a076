using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The short form of the soak (tests/Soak, docs/maintainers/reliability.md), as a process.
/// A failure prints the seed that repeats it.</summary>
public sealed class SoakTests
{
    /// <summary>Many times what it takes, for machines that are busy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("--invocations 1500 --endings 4")]
    [InlineData("--invocations 500 --endings 0 --concurrency 8")]
    public async Task Every_invocation_of_a_soak_is_survived(string arguments)
    {
        (int exitCode, string output, string errors) = await Command.RunAsync(BuiltPrograms.Soak, arguments.Split(' '), timeout: Limit);

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
        (int exitCode, _, string errors) = await Command.RunAsync(BuiltPrograms.Soak, arguments.Split(' '), timeout: Limit);

        Assert.Equal(1, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }
}
