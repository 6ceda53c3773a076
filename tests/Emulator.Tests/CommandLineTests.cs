using System.Net;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class CommandLineTests
{
    private static readonly EmulatorOptions Defaults = new();
    private static readonly Dictionary<string, string> Empty = [];

    public static TheoryData<string[], string> Rows { get; } = new()
    {
        { ["--port", "8000"], Text(Defaults with { Port = 8000 }) },
        { ["-p", "0"], Text(Defaults with { Port = 0 }) },
        { ["--handler", "h"], Text(Defaults with { Handler = "h" }) },
        { ["--bootstrap", "b"], Text(Defaults with { Bootstrap = "b" }) },
        { ["--template", "t"], Text(Defaults with { Template = "t" }) },
        { ["--parameter", "A=1", "--parameter", "B=x=y", "--parameter", "A=2"], Text(Defaults with { Parameters = Pairs("A=2", "B=x=y") }) },
        { ["--function", "f"], Text(Defaults with { Function = "f" }) },
        { ["--auth", "AWS_IAM"], Text(Defaults with { Auth = AuthType.AwsIam }) },
        { ["--auth", "NONE"], Text(Defaults with { Auth = AuthType.None }) },
        { ["--invoke-mode", "BUFFERED"], Text(Defaults with { InvokeMode = InvokeMode.Buffered }) },
        { ["--invoke-mode", "RESPONSE_STREAM"], Text(Defaults with { InvokeMode = InvokeMode.ResponseStream }) },
        { ["--timeout", "1.5"], Text(Defaults with { Timeout = 1.5 }) },
        { ["--memory", "256"], Text(Defaults with { MemorySize = 256 }) },
        { ["--env", "A=1", "--env", "B="], Text(Defaults with { Environment = Pairs("A=1", "B=") }) },
        { ["--concurrency", "3"], Text(Defaults with { Concurrency = 3 }) },
        { ["--max-concurrency", "4"], Text(Defaults with { MaxConcurrency = 4 }) },
        { ["--no-limits"], Text(Defaults with { NoLimits = true }) },
        { ["--env-file", "a", "--env-file", "b"], Text(Defaults with { EnvironmentFiles = ["a", "b"] }) },
        { ["--debug"], Text(Defaults with { Debug = true }) },
        { ["--wrap", "strace -f"], Text(Defaults with { Wrap = "strace -f" }) },
        { ["--json"], Text(Defaults with { Json = true }) },
        { ["--ready-file", "r"], Text(Defaults with { ReadyFile = "r" }) },
        { ["--bind", "::1"], Text(Defaults with { Bind = IPAddress.IPv6Loopback }) },
        { [], Text(Defaults) },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Each_option_sets_its_value_and_no_other(string[] arguments, string expected)
    {
        EmulatorOptions? read = null;
        using var error = new StringWriter();

        int exitCode = await new CommandLine(options =>
        {
            read = options;
            return Task.FromResult(7);
        }).InvokeAsync(arguments, TextWriter.Null, error);

        Assert.Equal((7, ""), (exitCode, error.ToString()));
        Assert.Equal(expected, Text(read!));
    }

    [Theory]
    [InlineData("--port 65536", "--port 65536: a port is a number from 0 to 65535.")]
    [InlineData("--port x", "--port x: a port is a number from 0 to 65535.")]
    [InlineData("--timeout 1,5", "--timeout 1,5: Lambda allows more than 0 and at most 900 seconds.")]
    [InlineData("--project p", "--project names what --watch builds: add --watch, or leave it out.")]
    [InlineData("--project p --watch false", "--project names what --watch builds: add --watch, or leave it out.")]
    [InlineData("--hander h", "Unrecognized command or argument '--hander'.")]
    [InlineData("--timeout 901", "--timeout 901: Lambda allows more than 0 and at most 900 seconds.")]
    [InlineData("--timeout NaN", "--timeout NaN: Lambda allows more than 0 and at most 900 seconds.")]
    [InlineData("--memory 64", "--memory 64: Lambda allows 128 to 10240 MB.")]
    [InlineData("--concurrency 0", "--concurrency 0: give a number from 1 to 1000.")]
    [InlineData("--max-concurrency 1001", "--max-concurrency 1001: give a number from 1 to 1000.")]
    [InlineData("--bind here", "--bind here: give an IP address, 127.0.0.1 or 0.0.0.0 for example.")]
    [InlineData("--env A", "--env A: give NAME=VALUE.")]
    [InlineData("--parameter =1", "--parameter =1: give NAME=VALUE.")]
    [InlineData("--auth IAM", "Argument 'IAM' not recognized. Must be one of:")]
    [InlineData("--invoke-mode stream", "Argument 'stream' not recognized. Must be one of:")]
    public async Task A_value_that_is_not_allowed_is_refused(string arguments, string message)
    {
        using var error = new StringWriter();

        int exitCode = await new CommandLine(_ => throw new InvalidOperationException("It must not start.")).InvokeAsync(
            arguments.Split(' '), TextWriter.Null, error);

        Assert.Equal(ExitCodes.WrongCommandLine, exitCode);
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_names_each_option_with_what_it_does()
    {
        using var output = new StringWriter();

        await new CommandLine(_ => throw new InvalidOperationException("It must not start.")).InvokeAsync(["--help"], output, TextWriter.Null);

        IEnumerable<string> options = Rows.Select(row => row.Data.Item1).Where(arguments => arguments.Length > 0).Select(
            arguments => arguments[0]).Distinct();
        Assert.All(options, option => Assert.Matches($@"(?m)^  (-p, )?{option}.*\S  +\S|^  .*{option}", output.ToString()));
    }

    private static Dictionary<string, string> Pairs(params string[] pairs) =>
        pairs.ToDictionary(pair => pair.Split('=', 2)[0], pair => pair.Split('=', 2)[1]);

    // Records compare dictionaries by reference.
    private static string Text(EmulatorOptions options) =>
        $"{options with { Parameters = Empty, Environment = Empty, EnvironmentFiles = [] }} {Text(options.Parameters)} {Text(options.Environment)} "
            + string.Join(' ', options.EnvironmentFiles);

    private static string Text(IReadOnlyDictionary<string, string> pairs) =>
        $"[{string.Join(' ', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))}]";
}
