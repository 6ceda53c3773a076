using System.Net;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Testing;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>How long and how fast a response of a REST API may be, by a clock that the test owns.</summary>
public sealed class RestApiLimitTests
{
    private const string Nulls = "\\0\\0\\0\\0\\0\\0\\0\\0";
    private const int Megabyte = 1024 * 1024;

    private static readonly string[] Head =
        ["head", "Lambda-Runtime-Function-Response-Mode: streaming", "Content-Type: application/vnd.awslambda.http-integration-response"];

    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(30, "an edge-optimized endpoint")]
    [InlineData(300, "a regional or private endpoint")]
    public async Task A_stream_without_a_byte_is_cut_and_the_function_goes_on(int seconds, string endpoint)
    {
        var idle = TimeSpan.FromSeconds(seconds);
        RouteSettings route = ApiEmulator.Route(InvokeMode.ResponseStream, "/") with { Timeout = TimeSpan.FromMinutes(15) };
        await using TestEmulator emulator = await StartAsync(ApiEmulator.With(route) with { IdleLimit = idle });
        using var first = new Gate();
        using var second = new Gate();
        using HttpResponseMessage response = await emulator.RunAsync(
            "prod/", Head,
            ["chunk", "{}" + Nulls, "one"], ["gate", first.Port], ["chunk", "two"], ["gate", second.Port], ["chunk", "three"], ["end"]);
        await using Stream body = await response.Content.ReadAsStreamAsync(Token);

        // A byte before the limit starts it anew.
        Assert.Equal("one", await ReadAsync(body, 3));
        await first.ReachedAsync();
        await _clock.WaitForTimerAsync(idle);
        _clock.AdvanceNow(idle - TimeSpan.FromSeconds(1));
        first.Open();
        Assert.Equal("two", await ReadAsync(body, 3));
        await second.ReachedAsync();
        await _clock.AdvanceAsync(idle);

        await Assert.ThrowsAsync<HttpIOException>(() => ReadAsync(body, 1));
        await emulator.Console.LineAsync($"The caller's connection is cut: no byte came for {seconds} s, the idle limit of {endpoint}.");
        second.Open();
        await emulator.Console.LineAsync("answer 202");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_takes_longer_than_its_integration_may_is_a_504(bool isStreamed)
    {
        RouteSettings route = ApiEmulator.Route(isStreamed ? InvokeMode.ResponseStream : InvokeMode.Buffered, "/");
        await using TestEmulator emulator = await StartAsync(ApiEmulator.With(route));
        using var page = new PageClient(emulator.Page);
        using var gate = new Gate();
        Task<HttpResponseMessage> call = emulator.RunAsync("prod/", ["gate", gate.Port], Head, ["chunk", "{}" + Nulls, "late"], ["end"]);
        await gate.ReachedAsync();
        await _clock.AdvanceAsync(TimeSpan.FromSeconds(29));
        using HttpResponseMessage response = await call;

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("""{"message":"Endpoint request timed out"}""", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("the response is not complete after 29 s, its TimeoutInMillis. The function goes on.");
        Assert.Contains(
            "\"refusal\":\"the response is not complete after 29 s, its TimeoutInMillis\"",
            await page.TextAsync("/api/invocations"), StringComparison.Ordinal);

        // The connection is in order, and what the function wrote late is nowhere.
        gate.Open();
        await emulator.Console.LineAsync("answer 202");
        using HttpResponseMessage next = await emulator.RunAsync("prod/", ["post", ResponsePath, """{"statusCode":218}"""]);
        Assert.Equal(isStreamed ? 502 : 218, (int)next.StatusCode);
    }

    [Fact]
    public async Task A_stream_is_cut_when_its_time_is_over()
    {
        RouteSettings route = ApiEmulator.Route(InvokeMode.ResponseStream, "/") with { Timeout = TimeSpan.FromSeconds(40) };
        await using TestEmulator emulator = await StartAsync(ApiEmulator.With(route));
        using var gate = new Gate();
        using HttpResponseMessage response = await emulator.RunAsync("prod/", Head, ["chunk", "{}" + Nulls, "one"], ["gate", gate.Port], ["end"]);
        await using Stream body = await response.Content.ReadAsStreamAsync(Token);
        Assert.Equal("one", await ReadAsync(body, 3));
        await gate.ReachedAsync();
        await _clock.AdvanceAsync(TimeSpan.FromSeconds(40));

        await Assert.ThrowsAsync<HttpIOException>(() => ReadAsync(body, 1));
        gate.Open();
    }

    [Fact]
    public async Task Ten_megabytes_are_sent_at_once_and_two_a_second_after_them()
    {
        RouteSettings route = ApiEmulator.Route(InvokeMode.ResponseStream, "/") with { Timeout = TimeSpan.FromMinutes(15) };
        await using TestEmulator emulator = await StartAsync(ApiEmulator.With(route));
        using HttpResponseMessage response = await emulator.RunAsync("prod/", Head, ["chunk", "{}" + Nulls], ["fill", "14", $"{Megabyte}"], ["end"]);
        await using Stream body = await response.Content.ReadAsStreamAsync(Token);
        DateTimeOffset begun = _clock.GetUtcNow();

        // More than Lambda's own burst. The last of the ten may be in one piece, of two at most, with the first that has to wait.
        await ReadAsync(body, (15 * Megabyte) / 2);
        Assert.Equal(begun, _clock.GetUtcNow());

        Task rest = body.CopyToAsync(Stream.Null, Token);
        while (!rest.IsCompleted)
        {
            _clock.AdvanceNow(TimeSpan.FromMilliseconds(10));
            await Task.WhenAny(rest, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token));
        }
        await rest;

        // Four megabytes beyond the burst.
        Assert.True(_clock.GetUtcNow() - begun >= TimeSpan.FromSeconds(1.9), $"{_clock.GetUtcNow() - begun}");
    }

    private static string ResponsePath => "/2018-06-01/runtime/invocation/{id}/response";

    private Task<TestEmulator> StartAsync(ApiSettings api) => ApiEmulator.StartAsync(api, _clock);

    private static async Task<string> ReadAsync(Stream body, int length)
    {
        byte[] bytes = new byte[length];
        await body.ReadExactlyAsync(bytes, Token).AsTask().WaitAsync(TestEmulator.Patience, Token);
        return length > 100 ? "" : System.Text.Encoding.UTF8.GetString(bytes);
    }
}
