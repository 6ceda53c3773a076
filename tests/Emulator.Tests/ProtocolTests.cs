using System.Net;

namespace StreamingLambda.Emulator.Tests;

/// <summary>What a runtime hears that breaks the rules, and what its developer reads.</summary>
public sealed class ProtocolTests
{
    private const string Response = "/2018-06-01/runtime/invocation/{id}/response";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("400 {\"errorMessage\":\"Invalid request ID\"", "/2018-06-01/runtime/invocation/wrong/response", "answer the id from")]
    [InlineData("403 {\"errorMessage\":\"State transition from", "/2018-06-01/runtime/init/error", "only before the first /next")]
    [InlineData("404 ", "/2018-06-01/runtime/none", "the Runtime API has")]
    public async Task A_call_that_breaks_the_protocol_is_refused_with_the_rule(string answer, string path, string rule)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["post", path, "{}"], ["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync($"[test] answer {answer}");
        await emulator.Console.LineAsync(rule);
    }

    [Fact]
    public async Task Asking_for_the_next_before_answering_is_refused()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["get", "/2018-06-01/runtime/invocation/next"], ["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("answer 403");
        await emulator.Console.LineAsync("/response or /error first");
    }

    [Fact]
    public async Task Answering_twice_is_refused()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"], ["post", Response, "again"]);

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("answer 400 {\"errorMessage\":\"Invalid request ID\"");
    }

    [Fact]
    public async Task The_invocation_id_of_another_attempt_is_gone()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["post", Response, "Lambda-Runtime-Invocation-Id: other", "x"],
            ["head", "Lambda-Runtime-Invocation-Id: {nonce}"],
            ["chunk", "fine"],
            ["end"]);

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("answer 410");
    }

    [Fact]
    public async Task A_wrong_response_mode_fails_the_invocation()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["post", Response, "Lambda-Runtime-Function-Response-Mode: chunky", "x"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("answer 400 {\"errorMessage\":\"Invalid function response mode\"");
        await emulator.Console.LineAsync("ERROR Runtime.InvalidResponseModeHeader");
    }
}
