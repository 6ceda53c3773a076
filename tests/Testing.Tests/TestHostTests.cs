using System.Text;

using StreamingLambda.Runtime;

namespace StreamingLambda.Testing.Tests;

public sealed class TestHostTests
{
    private static readonly byte[] AnyEvent = "{}"u8.ToArray();

    [Fact]
    public async Task Status_headers_cookies_and_body_are_what_the_handler_wrote()
    {
        TestHost host = HostOf(async (_, response, token) =>
        {
            await response.WriteStatusAndHeadersAsync(
                new(201, ("Content-Type", "text/plain"), ("x-a", "1"), ("X-A", "2")) { Cookies = ["a=1; Secure", "b=2"] }, token);
            await response.WriteAsync("Zo", token);
            await response.WriteAndFinishAsync("ë", token);
        });

        TestResponse response = await host.InvokeAsync(AnyEvent);

        Assert.Equal(201, response.StatusCode);
        Assert.Equal("text/plain", response.Headers["content-type"]);
        Assert.Equal("1, 2", response.Headers["X-A"]);
        Assert.Equal(["a=1; Secure", "b=2"], response.Cookies);
        Assert.Equal("Zoë", response.BodyText);
        Assert.Equal(["Zo", "ë"], response.Chunks.Select(chunk => chunk.Text));
        Assert.Null(response.Error);
        Assert.Equal("", response.Log);
    }

    [Fact]
    public async Task A_raw_response_has_status_200_and_its_content_type()
    {
        TestHost host = HostOf(async (_, response, token) =>
        {
            response.ContentType = "image/png";
            await response.WriteAndFinishAsync(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1 }, token);
        });

        TestResponse response = await host.InvokeAsync(AnyEvent);

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("image/png", response.Headers["Content-Type"]);
        Assert.Equal(9, response.Body.Length);
    }

    [Theory]
    [InlineData(200, false, "\n")]
    [InlineData(200, true, "")]
    [InlineData(204, false, "")]
    public async Task A_response_without_a_body_shows_what_the_runtime_makes_of_it(int status, bool allowEmptyBody, string body)
    {
        TestHost host = HostOf(async (_, response, token) =>
        {
            await response.WriteStatusAndHeadersAsync(new(status) { AllowEmptyBody = allowEmptyBody }, token);
            await response.FinishAsync();
        });

        TestResponse response = await host.InvokeAsync(AnyEvent);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(body, response.BodyText);
    }

    [Theory]
    [InlineData(false, "Function.ResponseNotWritten", 502)]
    [InlineData(true, "Function.ResponseNotFinished", 200)]
    public async Task A_forgotten_finish_is_an_error(bool writes, string type, int status)
    {
        TestHost host = HostOf(async (_, response, token) =>
        {
            if (writes)
                await response.WriteAsync("part", token);
        });

        TestResponse response = await host.InvokeAsync(AnyEvent);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(type, response.Error?.Type);
        Assert.Equal(writes, response.Error?.IsMidResponse);
    }

    [Fact]
    public async Task A_failure_after_the_end_is_logged_and_not_reported()
    {
        TestHost host = HostOf(async (_, response, token) =>
        {
            await response.WriteAndFinishAsync("done", token);
            throw new InvalidOperationException("background");
        });

        TestResponse response = await host.InvokeAsync(AnyEvent);

        Assert.Null(response.Error);
        Assert.Equal("done", response.BodyText);
        Assert.Contains("InvalidOperationException: background", response.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_invocation_has_what_the_host_was_given()
    {
        var clock = new ManualClock();
        Invocation? seen = null;
        var host = new TestHost(async (invocation, response, token) =>
        {
            seen = invocation;
            invocation.Log.Trace("seen");
            await response.WriteAndFinishAsync("x", token);
        })
        {
            TimeProvider = clock,
            Timeout = TimeSpan.FromSeconds(7),
            TraceId = "Root=1",
            TenantId = "tenant",
            ClientContext = """{"custom":{}}""",
            CognitoIdentity = """{"cognitoIdentityId":"i"}""",
        };

        TestResponse response = await host.InvokeAsync("\"event\""u8.ToArray());

        Assert.NotNull(seen);
        Assert.Equal("\"event\"", Encoding.UTF8.GetString(seen.Event.Span));
        Assert.Equal(TimeSpan.FromSeconds(7), seen.RemainingTime);
        Assert.Equal("Root=1", seen.TraceId);
        Assert.Equal("tenant", seen.TenantId);
        Assert.Equal("""{"custom":{}}""", seen.ClientContext);
        Assert.Equal("""{"cognitoIdentityId":"i"}""", seen.CognitoIdentity);
        Assert.NotEmpty(seen.InvokedFunctionArn);
        Assert.Contains($"TRACE\t{seen.RequestId}\tseen", response.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_fires_before_the_deadline_by_the_hosts_clock()
    {
        var clock = new ManualClock();
        var host = new TestHost(async (_, response, token) =>
        {
            await response.WriteAsync("start", token);
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, token).ContinueWith(_ => { }, TaskScheduler.Default);
            await response.WriteAndFinishAsync("end", CancellationToken.None);
        })
        {
            TimeProvider = clock,
            Timeout = TimeSpan.FromSeconds(3),
        };

        TestRun run = host.Start(AnyEvent);
        await run.ReadChunkAsync();
        await clock.AdvanceAsync(TimeSpan.FromSeconds(2.75));
        TestResponse response = await run.WaitAsync();

        Assert.Equal(TimeSpan.FromSeconds(2.75), response.Chunks[1].Elapsed);
    }

    [Fact]
    public async Task Stopping_fires_the_handlers_token()
    {
        using var stopping = new CancellationTokenSource();
        var host = new TestHost(async (_, response, token) =>
        {
            await response.WriteAsync("start", token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        })
        {
            Stopping = stopping.Token,
        };

        TestRun run = host.Start(AnyEvent);
        await run.ReadChunkAsync();
        await stopping.CancelAsync();
        TestResponse response = await run.WaitAsync();

        Assert.Equal("Function.Stopping", response.Error?.Type);
    }

    [Fact]
    public async Task Stopping_that_fired_before_the_start_says_so()
    {
        var host = new TestHost((_, _, _) => Task.CompletedTask) { Stopping = new CancellationToken(canceled: true) };

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.InvokeAsync(AnyEvent));

        Assert.Contains("Stopping had fired before", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_on_one_host_may_overlap_and_do_not_mix()
    {
        TestHost host = HostOf(async (invocation, response, token) =>
        {
            foreach (byte b in invocation.Event.ToArray())
            {
                await Task.Yield();
                await response.WriteAsync(new[] { b }, token);
            }
            await response.FinishAsync();
        });

        string[] events = [.. Enumerable.Range(0, 50).Select(i => new string((char)('A' + (i % 26)), 100))];
        TestResponse[] responses = await Task.WhenAll(events.Select(text => host.InvokeAsync(Encoding.UTF8.GetBytes(text))));

        Assert.Equal(events, responses.Select(response => response.BodyText));
    }

    [Fact]
    public async Task Mistakes_are_caught_as_in_Lambda()
    {
        TestHost host = HostOf(async (_, response, token) =>
        {
            await response.WriteAndFinishAsync("whole", token);
            await response.WriteAsync("more", token);
        });

        TestResponse response = await host.InvokeAsync(AnyEvent);

        Assert.Equal("whole", response.BodyText);
        Assert.Contains("Cannot write to the response: it is already finished", response.Log, StringComparison.Ordinal);
    }

    private static TestHost HostOf(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle) => new(handle);
}
