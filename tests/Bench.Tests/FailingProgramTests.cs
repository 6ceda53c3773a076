using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.Tests;

/// <summary>A program that does not play its part ends the benchmark with a reason, never with a hang.</summary>
public sealed class FailingProgramTests
{
    [Fact]
    public void A_program_that_dies_is_reported_with_its_status_and_output()
    {
        BenchmarkException failed = Start("""broken=sh -c "echo out of luck >&2; exit 3" """, TimeSpan.FromSeconds(10));

        Assert.Contains("broken: The function exited with status 3 before it came to ask for an event", failed.Message, StringComparison.Ordinal);
        Assert.Contains("out of luck", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_kills_itself_is_reported_with_its_signal()
    {
        BenchmarkException failed = Start("""broken=sh -c "kill -KILL $$" """, TimeSpan.FromSeconds(10));

        Assert.Contains("was ended by signal 9", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_never_asks_for_an_event_is_given_up()
    {
        BenchmarkException failed = Start("idle=sleep 60", TimeSpan.FromSeconds(0.3));

        Assert.Contains("did not ask for an event", failed.Message, StringComparison.Ordinal);
        Assert.Contains("--timeout", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_program_is_reported()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "no program");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);

            BenchmarkException failed = Start($"broken={file}", TimeSpan.FromSeconds(10));

            Assert.Contains("Check that it is an executable for this machine", failed.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static BenchmarkException Start(string program, TimeSpan timeout)
    {
        using FunctionSession session = new(TargetParser.Parse(program), timeout);
        return Assert.Throws<BenchmarkException>(() => session.Start());
    }
}
