using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Who is told what when an invocation fails: the runtime is to blame only where it broke the protocol.</summary>
public sealed class BlameTests
{
    private const string Error = "/2018-06-01/runtime/invocation/{id}/error";

    private static readonly FunctionSettings Short = TestEmulator.Settings with { Timeout = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_response_that_the_deadline_cuts_off_is_the_functions_lateness()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Short);
        await BreakAsync(emulator, ["head"], ["chunk", "part"], ["hang"]);

        await emulator.Console.LineAsync("ERROR Sandbox.Timedout: RequestId: ");
        await emulator.Console.LineAsync(
            "When its time was over the function was in the middle of its response (4 bytes), which breaks off there. Its process is ended.");
        await emulator.Console.LineAsync("Status: timeout");
        Assert.DoesNotContain(emulator.Console.Lines, Blames);
    }

    [Theory]
    [InlineData("exit", "3", "exit status 3")]
    [InlineData("abort", "", "signal: aborted")]
    public async Task A_response_that_a_crash_cuts_off_is_the_process_end(string step, string argument, string exit)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await BreakAsync(emulator, ["head"], ["chunk", "part"], [step, argument]);

        await emulator.Console.LineAsync($"Runtime exited with error: {exit}");
        await emulator.Console.LineAsync("When its process ended the function was in the middle of its response (4 bytes)");
        await emulator.Console.LineAsync("Error Type: Runtime.ExitError");
        Assert.DoesNotContain(emulator.Console.Lines, Blames);
    }

    [Theory]
    [InlineData("hang", "", "When its time was over the function had answered, and went on with other work.")]
    [InlineData("exit", "3", "When its process ended the function had answered, and went on with other work.")]
    public async Task What_happens_after_the_response_is_told_so(string step, string argument, string explanation)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Short);
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"], [step, argument]);

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await emulator.Console.LineAsync(explanation);
    }

    [Fact]
    public async Task With_max_concurrency_what_comes_after_the_deadline_is_the_functions_lateness()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Short with { MaxConcurrency = 2 });
        using var gate = new Gate();
        Task<HttpResponseMessage> call = emulator.RunAsync(["gate", $"{gate.Port}"], ["post", Error, "{}"]);
        await gate.ReachedAsync();
        using HttpResponseMessage response = await call;
        gate.Open();

        await emulator.Console.LineAsync("answer 410 ");
        await emulator.Console.LineAsync("had not begun to answer. Its process takes other invocations and goes on");
        await emulator.Console.LineAsync(line => line.StartsWith("[test] NOTE: the function went on with ", StringComparison.Ordinal)
            && line.EndsWith("The runtime is told so, with 410 InvokeTimeout.", StringComparison.Ordinal));
        Assert.DoesNotContain(emulator.Console.Lines, Blames);
    }

    [Fact]
    public async Task A_response_that_is_too_long_is_the_functions()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { Limits = new Limits { StreamedResponse = 1000 } });
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["fill", "1", "1001"], ["end"]);

        await emulator.Console.LineAsync("NOTE: the function's response is longer than 1000 bytes");
        await emulator.Console.LineAsync("ERROR Function.ResponseSizeTooLarge: Response payload size exceeded");
        Assert.DoesNotContain(emulator.Console.Lines, Blames);
    }

    [Fact]
    public async Task A_runtime_that_breaks_off_while_its_process_lives_is_told_the_rule()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await BreakAsync(emulator, ["head"], ["chunk", "part"], ["close"]);

        await emulator.Console.LineAsync("PROTOCOL: the runtime was refused with 400 TruncatedHTTPRequest: it ended the connection");
        await emulator.Console.LineAsync("ERROR Runtime.TruncatedResponse: ");
    }

    [Fact]
    public async Task A_request_of_a_runtime_that_is_no_HTTP_is_not_taken_for_a_callers()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["raw", "no HTTP\r\n\r\n"], ["close"], ["exit", "3"]);

        await emulator.Console.LineAsync("PROTOCOL: the runtime was refused with 400: its request is not valid HTTP: ");
        Assert.DoesNotContain(emulator.Console.Lines, line => line.Contains("no function has seen it", StringComparison.Ordinal));
    }

    private static bool Blames(string line) => line.Contains("PROTOCOL", StringComparison.Ordinal);

    private static async Task BreakAsync(TestEmulator emulator, params string[][] steps)
    {
        using HttpResponseMessage response = await emulator.RunAsync(steps);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
