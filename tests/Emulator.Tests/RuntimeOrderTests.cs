using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Calls of a runtime that overtake each other, or never come.</summary>
public sealed class RuntimeOrderTests
{
    [Fact]
    public async Task A_next_that_overtakes_the_end_of_a_response_waits_for_it()
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<string> first = runtime.CallAsync();
        using RawConnection responses = await runtime.ConnectAsync();
        using RawConnection questions = await runtime.ConnectAsync();
        await PlayedRuntime.BeginAsync(responses, await PlayedRuntime.NextAsync(questions));
        await responses.SendChunkAsync("part"u8.ToArray());
        await PlayedRuntime.AskAsync(questions);
        await runtime.Emulator.Console.LineAsync("The call waits for that end");
        await responses.SendAsync("0\r\nLambda-Runtime-Function-Error-Type: Function.Broken\r\n\r\n");

        Assert.Equal("200 part", await first);
        Assert.Equal(202, (await responses.ReadAsync()).Status);
        Task<string> second = runtime.CallAsync();
        RawAnswer next = await questions.ReadAsync();
        Assert.Equal(200, next.Status);
        string nextId = next.Value("Lambda-Runtime-Aws-Request-Id");
        await PlayedRuntime.PostAsync(questions, $"{PlayedRuntime.Invocation}{nextId}/response", "fine"u8.ToArray());
        Assert.Equal("200 fine", await second);
    }

    [Fact]
    public async Task A_next_that_overtakes_a_whole_answer_waits_for_it()
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<string> first = runtime.CallAsync();
        using RawConnection answers = await runtime.ConnectAsync();
        using RawConnection questions = await runtime.ConnectAsync();
        string requestId = await PlayedRuntime.NextAsync(questions);
        await PlayedRuntime.AskAsync(questions);
        await PlayedRuntime.PostAsync(answers, $"{PlayedRuntime.Invocation}{requestId}/response", "fine"u8.ToArray());

        Assert.Equal("200 fine", await first);
        Task<string> second = runtime.CallAsync();
        RawAnswer next = await questions.ReadAsync();
        Assert.Equal(200, next.Status);
        string nextId = next.Value("Lambda-Runtime-Aws-Request-Id");
        await PlayedRuntime.PostAsync(questions, $"{PlayedRuntime.Invocation}{nextId}/error", "{}"u8.ToArray());
        Assert.StartsWith("502 ", await second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_mid_response_is_refused_after_a_moment()
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
        Task<HttpResponseMessage> caller = runtime.Emulator.SendAsync("{}");
        using RawConnection responses = await runtime.ConnectAsync();
        using RawConnection errors = await runtime.ConnectAsync();
        string requestId = await PlayedRuntime.NextAsync(responses);
        await PlayedRuntime.BeginAsync(responses, requestId);
        await responses.SendChunkAsync("part"u8.ToArray());
        using HttpResponseMessage response = await caller;
        await PlayedRuntime.PostAsync(errors, $"{PlayedRuntime.Invocation}{requestId}/error", "{}"u8.ToArray());

        Assert.Equal(403, (await errors.ReadAsync()).Status);
        await responses.SendAsync("0\r\n\r\n");
        Assert.Equal("part", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task With_max_concurrency_invocations_that_were_never_answered_give_their_slots_back_at_their_deadline()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { MaxConcurrency = 2, Timeout = TimeSpan.FromSeconds(2) });
        // A script without steps: the worker takes the event and asks for the next one.
        Task<HttpResponseMessage>[] dropped = [emulator.RunAsync(), emulator.RunAsync()];
        foreach (HttpResponseMessage response in await Task.WhenAll(dropped))
            Assert.Equal(System.Net.HttpStatusCode.BadGateway, response.StatusCode);
        using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal("fine", await next.Content.ReadAsStringAsync());
        await emulator.Console.LinesAsync(2, "and never answered");
        Assert.Single(emulator.Console.Lines, line => line.StartsWith("[test] pid ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_max_concurrency_a_dropped_invocation_among_others_gives_its_slot_back_at_its_deadline()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { MaxConcurrency = 2, Timeout = TimeSpan.FromSeconds(3) });
        using var gate = new Gate();
        Task<HttpResponseMessage> working = emulator.RunAsync(["head"], ["chunk", "slow"], ["gate", gate.Port], ["end"]);
        await gate.ReachedAsync();
        using HttpResponseMessage dropped = await emulator.RunAsync();
        Assert.Equal(System.Net.HttpStatusCode.BadGateway, dropped.StatusCode);
        using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal("fine", await next.Content.ReadAsStringAsync());
        gate.Open();
        (await working).Dispose();
        Assert.Single(emulator.Console.Lines, line => line.StartsWith("[test] pid ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_max_concurrency_a_runtime_may_ask_for_the_next_before_it_has_answered()
    {
        await using PlayedRuntime runtime = await PlayedRuntime.StartAsync(settings => settings with { MaxConcurrency = 2 });
        Task<string>[] callers = [runtime.CallAsync(), runtime.CallAsync()];
        using RawConnection questions = await runtime.ConnectAsync();
        using RawConnection answers = await runtime.ConnectAsync();
        string[] ids = [await PlayedRuntime.NextAsync(questions), await PlayedRuntime.NextAsync(questions)];
        await PlayedRuntime.AskAsync(questions);
        await PlayedRuntime.AskAsync(answers);
        using RawConnection more = await runtime.ConnectAsync();
        foreach (string id in ids)
        {
            await PlayedRuntime.PostAsync(more, $"{PlayedRuntime.Invocation}{id}/response", "fine"u8.ToArray());
            Assert.Equal(202, (await more.ReadAsync()).Status);
        }

        Assert.Equal(["200 fine", "200 fine"], await Task.WhenAll(callers));
    }

    [Fact]
    public async Task Whatever_becomes_of_a_response_its_invocation_ends()
    {
        var invocation = new Invocation(new InvokeRequest { RequestId = "id", Event = default, TraceId = "" }, new BufferedResponse());
        Assert.True(invocation.TryDeliver(DateTimeOffset.UnixEpoch));
        using (ResponseInProgress? response = invocation.TryBeginResponse())
            Assert.NotNull(response);

        Assert.Equal("Sandbox.Failure", (await invocation.Outcome.WaitAsync(TestEmulator.Patience)).ErrorType);
    }

    [Fact]
    public async Task A_response_that_is_given_up_after_the_verdict_ends_with_the_verdict()
    {
        var invocation = new Invocation(new InvokeRequest { RequestId = "id", Event = default, TraceId = "" }, new BufferedResponse());
        Assert.True(invocation.TryDeliver(DateTimeOffset.UnixEpoch));
        using (invocation.TryBeginResponse())
            invocation.Judge(InvocationOutcome.PlatformError("Sandbox.Timedout", "id", "late"), cut: true);

        Assert.Equal("Sandbox.Timedout", (await invocation.Outcome.WaitAsync(TestEmulator.Patience)).ErrorType);
    }
}
