using System.Net;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class PlatformTests
{
    private const string Error = "/2018-06-01/runtime/invocation/{id}/error";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_process_gets_Lambdas_environment_and_nothing_else()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with
        {
            Handler = "Numbers",
            MemorySize = 512,
            Environment = new Dictionary<string, string> { ["OWN"] = "value" },
        });
        using JsonDocument echo = await emulator.EchoAsync();
        JsonElement environment = echo.RootElement.GetProperty("environment");

        Assert.Equal("Numbers", environment.GetProperty("_HANDLER").GetString());
        Assert.Equal("512", environment.GetProperty("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").GetString());
        Assert.Equal("value", environment.GetProperty("OWN").GetString());
        Assert.Equal("on-demand", environment.GetProperty("AWS_LAMBDA_INITIALIZATION_TYPE").GetString());
        string root = Path.GetDirectoryName(TestEmulator.BootstrapPath)!;
        Assert.Equal(root, environment.GetProperty("LAMBDA_TASK_ROOT").GetString());
        Assert.Equal(
            $"/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:{root}:{root}/lib:/opt/lib", environment.GetProperty("LD_LIBRARY_PATH").GetString());
        Assert.False(environment.TryGetProperty("HOME", out _));
        Assert.False(environment.TryGetProperty("AWS_EXECUTION_ENV", out _));
    }

    [Fact]
    public async Task An_invocation_carries_deadline_arn_trace_and_invocation_id()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using JsonDocument echo = await emulator.EchoAsync();
        JsonElement next = echo.RootElement.GetProperty("next");

        Assert.Equal("arn:aws:lambda:us-east-1:123456789012:function:test", next.GetProperty("Lambda-Runtime-Invoked-Function-Arn").GetString());
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$", next.GetProperty("Lambda-Runtime-Trace-Id").GetString());
        Assert.NotEmpty(next.GetProperty("Lambda-Runtime-Invocation-Id").GetString()!);
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeMilliseconds(
            long.Parse(next.GetProperty("Lambda-Runtime-Deadline-Ms").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(deadline - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task An_error_is_a_502_and_the_process_lives_on()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(
            ["post", Error, "Lambda-Runtime-Function-Error-Type: My.Error", """{"errorMessage":"m"}"""]);
        using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("fine", await next.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("ERROR My.Error: m");
        await emulator.Console.LineAsync("Error Type: Runtime.Unknown");
        Assert.Single(emulator.Console.Lines, line => line.StartsWith("[test] pid ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Error_trailers_leave_the_caller_a_complete_response()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        string body = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"errorMessage":"midway"}"""));
        using HttpResponseMessage response = await emulator.RunAsync(
            ["head", "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"],
            ["chunk", "partial"],
            ["end", "Lambda-Runtime-Function-Error-Type: Function.Broken", $"Lambda-Runtime-Function-Error-Body: {body}"]);

        Assert.Equal("partial", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("ERROR Function.Broken: midway");
    }

    [Fact]
    public async Task A_truncated_body_breaks_the_callers_response_and_is_explained()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "partial"], ["close"]);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("a chunked body ends with a chunk of size 0");
        await emulator.Console.LineAsync("ERROR Runtime.TruncatedResponse");
    }

    [Fact]
    public async Task A_crash_is_an_exit_error_and_the_next_invocation_gets_a_new_process()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["print", "last words"], ["exit", "3"]);
        using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("ERROR Runtime.ExitError: ");
        await emulator.Console.LineAsync("Runtime exited with error: exit status 3");
        Assert.Contains("[test] last words", emulator.Console.Lines);
        Assert.Equal("fine", await next.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_crash_in_mid_response_breaks_the_callers_response()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "partial"], ["exit", "3"]);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("ERROR Runtime.ExitError");
    }

    [Fact]
    public async Task A_deadline_kills_the_process_and_the_next_invocation_gets_a_new_one()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { Timeout = TimeSpan.FromSeconds(1) });
        using HttpResponseMessage response = await emulator.RunAsync(["hang"]);
        using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("Task timed out after 1.00 seconds");
        await emulator.Console.LineAsync("Status: timeout");
        Assert.Equal("fine", await next.Content.ReadAsStringAsync(Token));
        Assert.Equal(2, emulator.Console.Lines.Count(line => line.StartsWith("[test] pid ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Background_work_counts_against_the_deadline()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { Timeout = TimeSpan.FromSeconds(1) });
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"], ["hang"]);

        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("Status: timeout");
    }

    [Fact]
    public async Task An_init_error_reaches_the_console_with_its_type()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(WithInit("error"));
        using HttpResponseMessage response = await emulator.RunAsync(["hang"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("ERROR Runtime.NoSuchHandler: ");
    }

    [Fact]
    public async Task An_exit_in_init_is_an_exit_error()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(WithInit("exit:0"));
        using HttpResponseMessage response = await emulator.RunAsync(["hang"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("Runtime exited without providing a reason");
    }

    [Fact]
    public async Task A_file_that_cannot_be_executed_is_an_invalid_entrypoint()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { BootstrapPath = "/nowhere/bootstrap" });
        using HttpResponseMessage response = await emulator.RunAsync(["hang"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("ERROR Runtime.InvalidEntrypoint");
    }

    [Fact]
    public async Task A_buffered_response_over_6_MB_is_refused_with_413()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { InvokeMode = InvokeMode.Buffered });
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["fill", "1", "6291557"], ["end"]);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await emulator.Console.LineAsync("answer 413 {\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\"");
    }

    [Fact]
    public async Task A_streamed_response_is_cut_at_its_limit()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { Limits = new Limits { StreamedResponse = 1000 } });
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["fill", "1", "900"], ["fill", "1", "200"], ["end"]);

        Assert.Equal(1000, (await response.Content.ReadAsByteArrayAsync(Token)).Length);
        await emulator.Console.LineAsync("ERROR Function.ResponseSizeTooLarge: Response payload size exceeded");
    }

    [Fact]
    public async Task After_the_burst_a_streamed_response_is_slowed_to_the_bandwidth()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { Limits = new Limits { Burst = 100_000, Bandwidth = 100_000 } });
        long start = TimeProvider.System.GetTimestamp();
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["fill", "20", "10000"], ["end"]);
        await response.Content.ReadAsByteArrayAsync(Token);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_process_that_takes_more_memory_than_the_function_has_is_told_so_once()
    {
        // Any managed process has more.
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { MemorySize = 1 });
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "1"], ["end"]);
            await response.Content.ReadAsStringAsync(Token);
        }
        await emulator.Console.LinesAsync(2, "REPORT");

        Assert.Matches(
            @"WARNING: the process had \d+ MB of memory, and the function has 1 MB. Lambda would have ended it .* A managed build takes more",
            Assert.Single(emulator.Console.Lines, line => line.Contains("WARNING", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_rebuilt_bootstrap_is_picked_up()
    {
        string copy = Directory.CreateTempSubdirectory("emulator-test-").FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(TestEmulator.BootstrapPath)!))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        string bootstrap = Path.Combine(copy, "bootstrap");
        await using (TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { BootstrapPath = bootstrap }))
        {
            using HttpResponseMessage before = await emulator.RunAsync(["head"], ["chunk", "1"], ["end"]);
            await before.Content.ReadAsStringAsync(Token);
            File.SetLastWriteTimeUtc(Path.Combine(copy, "bootstrap.dll"), new DateTime(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            using HttpResponseMessage after = await emulator.RunAsync(["head"], ["chunk", "2"], ["end"]);

            Assert.Equal("2", await after.Content.ReadAsStringAsync(Token));
            await emulator.Console.LineAsync("was rebuilt");
            Assert.Equal(2, emulator.Console.Lines.Count(line => line.StartsWith("[test] pid ", StringComparison.Ordinal)));
        }
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task A_registered_extension_gets_SIGTERM_and_one_that_ignores_it_is_killed()
    {
        TestEmulator emulator = await TestEmulator.StartAsync(WithInit("extension"));
        using JsonDocument echo = await emulator.EchoAsync();
        string pid = (await emulator.Console.LineAsync("[test] pid "))["[test] pid ".Length..];
        Assert.True(Directory.Exists($"/proc/{pid}"));
        await emulator.DisposeAsync();

        Assert.Contains("[test] got SIGTERM", emulator.Console.Lines);
        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public async Task The_report_tells_duration_init_memory_and_bytes()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "12345"], ["end"]);
        await response.Content.ReadAsStringAsync(Token);

        Assert.Matches(
            @"REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: [1-9]\d* MB"
                + @"\tInit Duration: [\d.]+ ms\tFirst Byte: [\d.]+ ms\tStreamed: 5 bytes$",
            await emulator.Console.LineAsync("REPORT"));
    }

    private static FunctionSettings WithInit(string init) =>
        TestEmulator.Settings with { Environment = new Dictionary<string, string> { ["TEST_INIT"] = init } };
}
