using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A failure is on the console once, in a form that can be read.</summary>
public sealed class FailureTextTests
{
    private const string Error = "/2018-06-01/runtime/invocation/{id}/error";
    private const string Failure = "\"errorType\":\"ValueError\",\"errorMessage\":\"of no use\"";
    private const string Body = """{"errorType":"ValueError","errorMessage":"of no use","stackTrace":["File \"a.py\", line 1","  in main"]}""";

    [Fact]
    public async Task What_a_runtime_reports_is_shown_line_by_line()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["post", Error, "Lambda-Runtime-Function-Error-Type: Function.ValueError", Body]);

        Assert.Equal(
            "[test] ERROR Function.ValueError: of no use\n    File \"a.py\", line 1\n    in main", await emulator.Console.LineAsync("ERROR "));
    }

    [Theory]
    [InlineData(
        "{\"level\":\"ERROR\",\"requestId\":\"r\",\"message\":\"It failed.\"," + Failure + ",\"stackTrace\":[\"at A\"]}",
        "ERROR r It failed. ValueError: of no use\n    at A")]
    [InlineData(
        "{\"level\":\"ERROR\",\"message\":{" + Failure + ",\"stackTrace\":[\"at A\"]},\"requestId\":\"r\"}",
        "ERROR r ValueError: of no use\n    at A")]
    [InlineData(
        "t\tr\tERROR\tInvoke Error \t{" + Failure + ",\"stack\":[\"    at A\"]}", "t\tr\tERROR\tInvoke Error ValueError: of no use\n    at A")]
    [InlineData("""t	ERROR	r	It failed.	ValueError: of no use	at A\nat B""", "t\tERROR\tr\tIt failed.\tValueError: of no use\tat A\n    at B")]
    [InlineData("[ERROR] ValueError: of no use", "[ERROR] ValueError: of no use")]
    public async Task What_the_function_has_told_itself_is_not_told_again(string printed, string shown)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["print", printed], ["post", Error, "Lambda-Runtime-Function-Error-Type: Function.ValueError", Body]);

        await emulator.Console.LineAsync("Error Type: Function.ValueError");
        Assert.Equal($"[test] {shown}", Assert.Single(emulator.Console.Lines, line => line.Contains("of no use", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_logs_tail_has_the_line_as_the_function_wrote_it()
    {
        const string line = """{"level":"ERROR","message":"It failed.","errorType":"ValueError","errorMessage":"of no use"}""";
        using var console = new ConsoleCapture();
        var log = new FunctionLog("test", new EmulatorConsole(console));
        var tail = new LogTail();
        log.Follow(tail);
        log.WriteOutput(line);

        Assert.Equal($"{line}\n", tail.Read());
        Assert.Equal("[test] ERROR It failed. ValueError: of no use", Assert.Single(console.Lines));
    }

    [Fact]
    public void A_failure_may_carry_anything_however_deep()
    {
        string deep = new string('[', 100) + new string(']', 100);

        Assert.Equal("ERROR x", FailureText.OfLogLine($$"""{"errorMessage":"x","a":{{deep}}}""", out FailureText? failure));
        Assert.Equal("x", failure?.Message);
    }

    [Fact]
    public async Task Whatever_else_a_function_prints_stays_as_it_is()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        string[] lines = ["""{"level":"INFO","message":"\"errorMessage\" is a word","count":1}""", "Got {" + Failure + "}"];
        using HttpResponseMessage response = await emulator.RunAsync([.. lines.Select(line => new[] { "print", line }), ["head"], ["end"]]);
        await emulator.Console.LineAsync("REPORT");

        Assert.All(lines, line => Assert.Contains($"[test] {line}", emulator.Console.Lines));
    }
}
