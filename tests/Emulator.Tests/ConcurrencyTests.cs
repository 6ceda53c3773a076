using System.Net;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class ConcurrencyTests
{
    private const string Response = "/2018-06-01/runtime/invocation/{id}/response";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Concurrency_gives_each_invocation_a_process() =>
        Assert.Equal(2, await ProcessesOfTwoAtOnceAsync(TestEmulator.Settings with { Concurrency = 2 }));

    [Fact]
    public async Task Max_concurrency_gives_one_process_several_invocations() =>
        Assert.Equal(1, await ProcessesOfTwoAtOnceAsync(TestEmulator.Settings with { MaxConcurrency = 2 }));

    [Fact]
    public async Task With_max_concurrency_a_crash_ends_all_its_invocations_and_the_next_gets_a_new_process()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { MaxConcurrency = 2 });
        using var waiting = new Gate();
        using var crashing = new Gate();
        Task<HttpResponseMessage> first = emulator.RunAsync(["gate", waiting.Port], ["hang"]);
        Task<HttpResponseMessage> second = emulator.RunAsync(["gate", crashing.Port], ["exit", "3"]);
        await Task.WhenAll(waiting.ReachedAsync(), crashing.ReachedAsync());
        crashing.Open();

        Assert.Equal(HttpStatusCode.BadGateway, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, (await second).StatusCode);
        using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
        Assert.Equal("fine", await next.Content.ReadAsStringAsync(Token));
        Assert.Equal(2, emulator.Console.Lines.Count(line => line.Contains("ERROR Runtime.ExitError", StringComparison.Ordinal)));
        Assert.Equal(2, emulator.Console.Lines.Count(line => line.StartsWith("[test] pid ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task With_max_concurrency_a_late_answer_is_gone_and_the_process_lives_on()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { MaxConcurrency = 1, Timeout = TimeSpan.FromSeconds(1) });
        using var gate = new Gate();
        using HttpResponseMessage response = await emulator.RunAsync(["gate", gate.Port], ["post", Response, "late"]);
        await gate.ReachedAsync();
        gate.Open();
        using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("answer 410");
        Assert.Equal("fine", await next.Content.ReadAsStringAsync(Token));
        Assert.Single(emulator.Console.Lines, line => line.StartsWith("[test] pid ", StringComparison.Ordinal));
    }

    // Two invocations that both wait until the other has begun; how many processes they took.
    private static async Task<int> ProcessesOfTwoAtOnceAsync(FunctionSettings settings)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(settings);
        using var one = new Gate();
        using var two = new Gate();
        Task<HttpResponseMessage> first = emulator.RunAsync(["gate", one.Port], ["head"], ["chunk", "1"], ["end"]);
        Task<HttpResponseMessage> second = emulator.RunAsync(["gate", two.Port], ["head"], ["chunk", "2"], ["end"]);
        await Task.WhenAll(one.ReachedAsync(), two.ReachedAsync());
        one.Open();
        two.Open();

        Assert.Equal("1", await (await first).Content.ReadAsStringAsync(Token));
        Assert.Equal("2", await (await second).Content.ReadAsStringAsync(Token));
        return emulator.Console.Lines.Count(line => line.StartsWith("[test] pid ", StringComparison.Ordinal));
    }
}
