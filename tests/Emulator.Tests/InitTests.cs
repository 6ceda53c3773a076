using System.Net;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Starts that fail or take too long.</summary>
public sealed class InitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_init_over_its_limit_is_reported_and_started_over_within_the_functions_timeout()
    {
        using var gate = new Gate();
        await using TestEmulator emulator = await TestEmulator.StartAsync(With($"gate:{gate.Port}") with { InitLimit = TimeSpan.FromSeconds(0.5) });
        Task<HttpResponseMessage> invocation = emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
        string report = await emulator.Console.LineAsync("INIT_REPORT");

        // The first process may have come to the gate before it was killed; the second one certainly comes.
        while (await Task.WhenAny(invocation, gate.ReachedAsync()) is var reached && reached != invocation)
        {
            await reached;
            gate.Open();
        }
        using HttpResponseMessage response = await invocation;

        Assert.Contains("Phase: init\tStatus: timeout. It did not ask for an invocation within 0.5 s.", report, StringComparison.Ordinal);
        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task An_init_that_never_ends_fails_the_invocation_at_the_functions_timeout()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            With("hang") with { InitLimit = TimeSpan.FromSeconds(0.2), Timeout = TimeSpan.FromSeconds(1) });
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("INIT_REPORT");
        await emulator.Console.LineAsync("Task timed out after 1.00 seconds");
    }

    [Fact]
    public async Task A_failed_init_is_tried_again_with_the_next_invocation()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(With("exit:3"));
        using HttpResponseMessage first = await emulator.RunAsync(["head"], ["end"]);
        using HttpResponseMessage second = await emulator.RunAsync(["head"], ["end"]);

        Assert.Equal((HttpStatusCode.BadGateway, HttpStatusCode.BadGateway), (first.StatusCode, second.StatusCode));
        Assert.Equal(2, emulator.Console.Lines.Count(line => line == "[test] exiting in init"));
    }

    private static FunctionSettings With(string init) =>
        TestEmulator.Settings with { Environment = new Dictionary<string, string> { ["TEST_INIT"] = init } };
}
