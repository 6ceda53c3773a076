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
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { MaxConcurrency = 1, Timeout = TimeSpan.FromSeconds(1) });
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

    [Fact]
    public async Task Who_waits_is_told_for_whom()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        Task<HttpResponseMessage> first = emulator.RunAsync(["print", "first is {id}."], ["gate", gate.Port], ["head"], ["chunk", "1"], ["end"]);
        await gate.ReachedAsync();
        string id = (await emulator.Console.LineAsync("first is "))["[test] first is ".Length..].TrimEnd('.');
        Task<HttpResponseMessage> second = emulator.RunAsync(["head"], ["chunk", "2"], ["end"]);

        string line = await emulator.Console.LineAsync(" waits: ");
        Assert.Matches($@"^\[test\] [0-9a-f-]{{36}} waits: its only process is busy, with {id}\. --concurrency N", line);
        gate.Open();
        Assert.Equal("1", await (await first).Content.ReadAsStringAsync(Token));
        Assert.Equal("2", await (await second).Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task With_throttle_a_request_beyond_the_concurrency_is_a_429()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { Throttle = true });
        using var gate = new Gate();
        Task<HttpResponseMessage> first = emulator.RunAsync(["gate", gate.Port], ["head"], ["chunk", "1"], ["end"]);
        await gate.ReachedAsync();
        using HttpResponseMessage url = await emulator.RunAsync(["head"], ["end"]);
        using HttpResponseMessage api = await SdkSigner.PostAsync(emulator, "2015-03-31/functions/test/invocations", [], "{}");
        using HttpResponseMessage stream = await SdkSigner.PostAsync(emulator, "2021-11-15/functions/test/response-streaming-invocations", [], "{}");
        using HttpResponseMessage asynchronous = await SdkSigner.PostAsync(
            emulator,
            "2015-03-31/functions/test/invocations",
            [],
            TestEmulator.Script(["print", "got its turn"], ["head"], ["chunk", "2"], ["end"]),
            request => request.Headers.Add("X-Amz-Invocation-Type", "Event"));
        gate.Open();

        foreach (HttpResponseMessage response in (HttpResponseMessage[])[url, api, stream])
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.Equal("TooManyRequestsException", Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
            Assert.Equal(
                """{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}""",
                await response.Content.ReadAsStringAsync(Token));
        }
        Assert.Equal(HttpStatusCode.Accepted, asynchronous.StatusCode);
        Assert.Equal("1", await (await first).Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("[test] got its turn");
        await emulator.Console.LineAsync("--throttle lets nobody wait");
    }

    [Fact]
    public async Task A_caller_who_closed_its_side_while_it_waited_comes_after_the_others_and_still_gets_its_answer()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        Task<HttpResponseMessage> first = emulator.RunAsync(["gate", gate.Port], ["head"], ["chunk", "1"], ["end"]);
        await gate.ReachedAsync();
        using RawConnection closed = await RawConnection.OpenAsync(emulator.Port);
        string script = TestEmulator.Script(["print", "the closed one"], ["head"], ["chunk", "2"], ["end"]);
        await closed.SendAsync($"POST /invoke HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {script.Length}\r\n\r\n{script}");
        closed.CloseSendingSide();
        await emulator.Console.LineAsync(" waits: ");
        Task<HttpResponseMessage> last = emulator.RunAsync(["print", "the last one"], ["head"], ["chunk", "3"], ["end"]);
        await emulator.Console.LinesAsync(2, " waits: ");
        gate.Open();

        Assert.Equal("1", await (await first).Content.ReadAsStringAsync(Token));
        Assert.Equal("3", await (await last).Content.ReadAsStringAsync(Token));
        Assert.Equal("2", (await closed.ReadAsync()).Body);
        List<string> lines = [.. emulator.Console.Lines];
        Assert.InRange(lines.IndexOf("[test] the closed one"), lines.IndexOf("[test] the last one") + 1, lines.Count);
    }

    [Fact]
    public async Task Large_requests_that_wait_are_not_all_in_memory_and_small_ones_are_let_in()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        Task<HttpResponseMessage> first = emulator.RunAsync(["gate", gate.Port], ["head"], ["chunk", "fine"], ["end"]);
        await gate.ReachedAsync();
        string large = TestEmulator.Script(["head"], ["chunk", "fine"], ["end"])[..^1] + $",\"padding\":\"{new string('x', 6_000_000)}\"}}";
        Task<HttpResponseMessage>[] many = [.. Enumerable.Range(0, 15).Select(_ => emulator.SendAsync(large))];
        await emulator.Console.LinesAsync(8, " waits: ");
        Task<HttpResponseMessage> small = emulator.RunAsync(["print", "small is {id}."], ["head"], ["chunk", "fine"], ["end"]);
        await emulator.Console.LinesAsync(9, " waits: ");

        // 64 MB, at 6 MB each.
        Assert.InRange(emulator.Console.Lines.Count(line => line.Contains(" waits: ", StringComparison.Ordinal)), 9, 11);
        gate.Open();
        foreach (Task<HttpResponseMessage> one in (Task<HttpResponseMessage>[])[first, small, .. many])
            Assert.Equal("fine", await (await one).Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_client_that_closes_its_side_after_its_request_gets_its_answer()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using var gate = new Gate();
        using RawConnection client = await RawConnection.OpenAsync(emulator.Port);
        string script = TestEmulator.Script(["head"], ["chunk", "be"], ["gate", gate.Port], ["chunk", "fore"], ["end"]);
        await client.SendAsync($"POST /invoke HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {script.Length}\r\n\r\n{script}");
        client.CloseSendingSide();
        await gate.ReachedAsync();
        gate.Open();

        Assert.Equal("before", (await client.ReadAsync()).Body);
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
