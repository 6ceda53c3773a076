using System.Net;
using System.Text;

namespace StreamingLambda.AspNetCore.Tests;

/// <summary>What happens around requests: start, stop, deadline, several at a time, logs, background work.</summary>
public sealed class LifeTests(BothServers servers)
{
    [Theory]
    [InlineData("empty")]
    [InlineData("slim")]
    [InlineData("full")]
    public async Task Each_builder_works_on_both_servers(string builder)
    {
        await using RunningApp lambda = await RunningApp.OnLambdaAsync(builder);
        Assert.Equal("17 name -", (await lambda.GetAsync("/route/17/name")).Text);
        // Once: a provider that the builder brought is gone.
        await lambda.GetAsync("/log");
        await lambda.Program.WaitForOutputAsync("low on paper");
        if (builder == "empty")
            return; // It logs nothing on Kestrel, not even its address.
        await using RunningApp kestrel = await RunningApp.OnKestrelAsync(builder);
        Assert.Equal("17 name -", (await kestrel.GetAsync("/route/17/name")).Text);
    }

    [Fact]
    public async Task Bytes_are_on_their_way_when_a_write_completes()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{servers.Lambda.Port}"), Timeout = Limits.Step };
        using HttpResponseMessage response = await http.GetAsync(new Uri("/wait", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        // The endpoint waits for its deadline after this line.
        Assert.Equal("waiting", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task The_deadline_aborts_the_request_and_is_reported_as_such()
    {
        await using RunningApp lambda = await RunningApp.OnLambdaAsync("slim", "--timeout", "2");
        RawResponse response = await lambda.GetAsync("/wait");

        Assert.Equal("waiting\n", response.Text);
        await lambda.Program.WaitForOutputAsync("REPORT .*Function\\.DeadlineNear");
    }

    [Fact]
    public async Task Work_after_the_response_and_its_callbacks_run()
    {
        foreach (RunningApp app in (RunningApp[])[servers.Kestrel, servers.Lambda])
        {
            Assert.Equal("whole", (await app.GetAsync("/complete")).Text);
            await app.Program.WaitForOutputAsync("work after the response");
            Assert.Equal("registered", (await app.GetAsync("/on-completed")).Text);
            // The last first, as on any server.
            await app.Program.WaitForOutputAsync("(?s)the callback registered last.*the callback registered first");
        }
    }

    [Fact]
    public async Task Each_request_has_its_own_scope()
    {
        string one = (await servers.Lambda.GetAsync("/scope")).Text;
        string other = (await servers.Lambda.GetAsync("/scope")).Text;

        Assert.EndsWith("True", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task Several_requests_at_a_time_do_not_mix()
    {
        await using RunningApp lambda = await RunningApp.OnLambdaAsync("slim", "--max-concurrency", "8");
        RawResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => lambda.GetAsync($"/together?name={i}&of=8")));

        Assert.Equal([.. Enumerable.Range(0, 8).Select(i => new string((char)('0' + i), 100))], responses.Select(response => response.Text));
    }

    [Fact]
    public async Task Log_lines_have_the_request_id_and_the_scopes_and_the_level_is_Lambdas()
    {
        RawResponse response = await servers.Lambda.GetAsync("/log");

        string id = response.Header("x-amzn-requestid")!;
        var line = await servers.Lambda.Program.WaitForOutputAsync($"WARN.*{id}.*low on paper.*");
        Assert.Contains("StreamingLambda.AspNetCoreApp.Visit: low on paper", line.Value, StringComparison.Ordinal);
        Assert.Contains("=> order 17", line.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("not by default", servers.Lambda.Program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Request starting", servers.Lambda.Program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_is_no_HTTP_request_is_reported()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{servers.Lambda.Port}"), Timeout = Limits.Step };
        using var body = new StringContent("""{"Records":[]}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(new Uri("/invoke", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await servers.Lambda.Program.WaitForOutputAsync("The event is not an HTTP request");
    }

    [Fact]
    public async Task Stopping_the_environment_stops_the_hosted_services_and_ends_the_process()
    {
        await using RunningApp lambda = await RunningApp.OnLambdaAsync();
        await lambda.GetAsync("/text");
        int[] children = lambda.Program.Children;
        await lambda.Program.WaitForOutputAsync("heartbeat starts");

        foreach (int child in children)
            System.Diagnostics.Process.Start("kill", ["-TERM", $"{child}"]).Dispose();

        await lambda.Program.WaitForOutputAsync("heartbeat stops");
    }
}
