using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.Tests;

public sealed class TargetParserTests
{
    [Fact]
    public void Words_variables_and_quotes_are_read_as_a_shell_reads_them()
    {
        Target target = TargetParser.Parse("""shell=A=1 _HANDLER=x/y sh -c "echo a=b" last""");

        Assert.Equal("shell", target.Name);
        Assert.EndsWith("/sh", target.Path, StringComparison.Ordinal);
        Assert.Equal(["-c", "echo a=b", "last"], target.Arguments);
        Assert.Equal([("A", "1"), ("_HANDLER", "x/y")], target.Environment.Select(variable => (variable.Key, variable.Value)));
        Assert.False(target.IsWholeProgram);
    }

    [Theory]
    [InlineData("bootstrap", "Write name=command")]
    [InlineData("=./bootstrap", "Write name=command")]
    [InlineData("mine=", "has no command after the '='")]
    [InlineData("mine=A=1", "has no command after the '='")]
    [InlineData("mine=no-such-command-here", "A file in this directory is written ./no-such-command-here")]
    [InlineData("mine=./no-such-file", "there is no file")]
    [InlineData("--bogus", "There is no option '--bogus'")]
    public void What_cannot_be_started_is_refused_with_the_way_out(string text, string reason)
    {
        BenchmarkException refused = Assert.Throws<BenchmarkException>(() => TargetParser.Parse(text));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }
}
