using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>The main job: the function in the emulator, called over HTTP.</summary>
public sealed class StreamingTests
{
    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task Numbers_arrive_at_once_and_a_second_apart(Build build)
    {
        await using LocalLambda lambda = await StartAsync(build, "SendNumbersWithPause");
        using HttpResponseMessage response = await lambda.GetAsync("/");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("streaming-example", response.Headers.GetValues("x-my-custom-header").Single());
        Assert.Equal("Number: 1", await reader.ReadLineAsync());
        foreach (string line in (string[])["Number: 2", "Number: 3", "Streaming complete!"])
        {
            long before = Stopwatch.GetTimestamp();
            Assert.Equal(line, await reader.ReadLineAsync());
            Assert.InRange(Stopwatch.GetElapsedTime(before).TotalSeconds, 0.5, 5);
        }
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Parameters_change_the_numbers_and_wrong_ones_are_explained()
    {
        await using LocalLambda lambda = await StartAsync(Build.Managed, "SendNumbersWithPause");

        (HttpStatusCode status, string body) = await lambda.GetTextAsync("/?count=10&pauseMs=1");
        Assert.Equal(
            (HttpStatusCode.OK, string.Concat(Enumerable.Range(1, 10).Select(i => $"Number: {i}\n")) + "Streaming complete!\n"),
            (status, body));
        foreach (string query in (string[])["?count=0", "?count=x", "?pauseMs=60001"])
        {
            (status, body) = await lambda.GetTextAsync("/" + query);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            using var error = JsonDocument.Parse(body);
            Assert.Contains(query[1..query.IndexOf('=', StringComparison.Ordinal)], error.RootElement.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_ready_made_event_streams_too()
    {
        await using LocalLambda lambda = await StartAsync(Build.Managed, "provided");
        using var body = new StringContent("\"this is not used\"", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await lambda.Function.Http.PostAsync(new Uri("/invoke", UriKind.Relative), body);

        Assert.Equal("Number: 1\nNumber: 2\nNumber: 3\nStreaming complete!\n", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task Every_scenario_ends_as_it_should_and_none_ends_the_process(Build build)
    {
        // One process: the caller of a failed invocation may be back before its process has asked for the next one.
        await using LocalLambda lambda = await StartAsync(build, "ConditionalStreamingHandler", concurrency: 1);

        Assert.Equal(HttpStatusCode.BadRequest, (await lambda.GetTextAsync("/?scenario=error")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await lambda.GetTextAsync("/?scenario=not-found")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await lambda.GetTextAsync("/?scenario=unavailable")).Status);
        Assert.Equal(HttpStatusCode.BadGateway, (await lambda.GetTextAsync("/?scenario=throw")).Status);
        (HttpStatusCode status, string body) = await lambda.GetTextAsync("/?scenario=fail-midway");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(2, body.Split("\"id\"").Length - 1);
        Assert.Equal(HttpStatusCode.BadRequest, (await lambda.GetTextAsync("/?scenario=whatever")).Status);

        (status, body) = await lambda.GetTextAsync("/?scenario=stream");
        Assert.Equal(HttpStatusCode.OK, status);
        using var array = JsonDocument.Parse(body);
        Assert.Equal([1, 2, 3, 4, 5], array.RootElement.EnumerateArray().Select(element => element.GetProperty("id").GetInt32()).Order());

        IReadOnlyList<LocalInvocation> invocations = await lambda.EndedInvocationsAsync();
        Assert.Equal(
            [null, null, null, "Function.InvalidOperationException", "Function.InvalidOperationException", null, null],
            invocations.Select(invocation => invocation.Error?.Type));
        Assert.Equal([true, .. Enumerable.Repeat(false, 6)], invocations.Select(invocation => invocation.Report?.InitDuration is not null));
        lambda.AssertNobodyBrokeTheProtocol();
    }

    [Theory]
    [InlineData(RunningProgram.Interrupt)]
    [InlineData(RunningProgram.Terminate)]
    public async Task Stopping_the_emulator_ends_the_function_too(int signal)
    {
        Assert.SkipWhen(
            signal == RunningProgram.Interrupt && IgnoresInterrupt(),
            "Started in the background of a script, where SIGINT is ignored, and so do the programs that it starts.");
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(Programs.Bootstrap(Build.Managed), "SendNumbersWithPause");
        await emulator.GetTextAsync("/?count=1&pauseMs=0");
        int[] children = emulator.Program.Children;
        Assert.NotEmpty(children);

        emulator.Program.Signal(signal);

        Assert.Equal(0, await emulator.Program.WaitForExitAsync());
        Assert.All(children, child => Assert.False(Directory.Exists($"/proc/{child}")));
    }

    private static Task<LocalLambda> StartAsync(Build build, string handler, int concurrency = 10) =>
        LocalLambda.StartAsync(new LocalLambdaOptions { Path = Programs.Bootstrap(build), Handler = handler, Concurrency = concurrency });

    /// <summary>From the mask of ignored signals, in which the first bit is signal 1.</summary>
    private static bool IgnoresInterrupt()
    {
        string mask = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..];
        ulong ignored = ulong.Parse(mask.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (ignored & (1UL << (RunningProgram.Interrupt - 1))) != 0;
    }
}
