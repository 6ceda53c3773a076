using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;

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
    public async Task A_write_after_the_end_of_the_response_is_refused()
    {
        foreach (RunningApp app in (RunningApp[])[servers.Kestrel, servers.Lambda])
        {
            Assert.Equal("whole", (await app.GetAsync("/after-complete")).Text);
            await app.Program.WaitForOutputAsync("a write after the end: InvalidOperationException");
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
    public async Task In_Lambdas_JSON_a_line_has_the_request_id_the_level_and_the_scopes()
    {
        await using RunningApp lambda = await RunningApp.OnLambdaAsync(
            "slim", "--env", "AWS_LAMBDA_LOG_FORMAT=JSON", "--env", "AWS_LAMBDA_LOG_LEVEL=DEBUG");
        RawResponse response = await lambda.GetAsync("/log");

        var line = await lambda.Program.WaitForOutputAsync(@"\{.*low on paper.*\}");
        JsonNode json = JsonNode.Parse(line.Value)!;
        Assert.Equal("WARN", (string?)json["level"]);
        Assert.Equal(response.Header("x-amzn-requestid"), (string?)json["requestId"]);
        // Between them stand the scopes of ASP.NET Core itself, of which the request's path is one.
        Assert.Matches("^StreamingLambda\\.AspNetCoreApp\\.Visit: low on paper => .*RequestPath:/log.* => order 17$", (string?)json["message"]);
        // The level is the function's, no longer the default.
        JsonNode debug = JsonNode.Parse((await lambda.Program.WaitForOutputAsync(@"\{.*not by default.*\}")).Value)!;
        Assert.Equal("DEBUG", (string?)debug["level"]);
    }

    [Fact]
    public async Task The_IAM_identity_that_signed_a_call_is_the_user()
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here, which signs the call.");
        await using RunningApp lambda = await RunningApp.OnLambdaAsync("slim", "--auth", "AWS_IAM");
        CommandResult called = await Command.RunAsync("curl",
        [
            "--silent", "--show-error", "--noproxy", "*", "--aws-sigv4", "aws:amz:us-east-1:lambda",
            "--user", "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", $"http://127.0.0.1:{lambda.Port}/claims",
        ]);

        Assert.Matches(@"(?m)^http://schemas\.xmlsoap\.org/ws/2005/05/identity/claims/name=arn:aws:iam::\d{12}:", called.Output);
        Assert.Matches(@"(?m)^aws:PrincipalAccount=\d{12}$", called.Output);
        Assert.Matches(@"(?m)^aws:userid=\S+$", called.Output);
    }

    /// <summary>What stands in front of the app's paths: the stage on the API's own domain; on a custom one what is mapped, in both paths.</summary>
    [Theory]
    [InlineData("/prod", "", false)]
    [InlineData("/prod", "", true)]
    [InlineData("", "", false)]
    [InlineData("/orders/v1", "/orders/v1", false)]
    [InlineData("/orders/v1", "/orders/v1", true)]
    public async Task A_REST_APIs_stage_or_mapping_is_the_path_base_and_its_authorizers_claims_are_the_user(
        string whole, string inPath, bool isGreedy)
    {
        string host = await InvokeAsync(servers.Lambda, RestEvent(whole, inPath, "host", isGreedy));
        string claims = await InvokeAsync(servers.Lambda, RestEvent(whole, inPath, "claims", isGreedy));

        Assert.EndsWith($"https://api.example{whole}/host", host, StringComparison.Ordinal);
        Assert.Contains("email=ada@example.com", claims, StringComparison.Ordinal);
        Assert.Contains($"{ClaimTypes.NameIdentifier}=42", claims, StringComparison.Ordinal);
        Assert.Contains($"{ClaimTypes.Name}=ada", claims, StringComparison.Ordinal);
    }

    private static string RestEvent(string whole, string inPath, string endpoint, bool isGreedy) => new JsonObject
    {
        ["resource"] = isGreedy ? "/{proxy+}" : "/" + endpoint,
        ["path"] = $"{inPath}/{endpoint}",
        ["httpMethod"] = "GET",
        ["pathParameters"] = isGreedy ? new JsonObject { ["proxy"] = endpoint } : null,
        ["requestContext"] = new JsonObject
        {
            ["path"] = $"{whole}/{endpoint}",
            ["domainName"] = "api.example",
            ["identity"] = new JsonObject { ["sourceIp"] = "192.0.2.1" },
            ["authorizer"] = new JsonObject
            {
                ["claims"] = new JsonObject { ["sub"] = "42", ["cognito:username"] = "ada", ["email"] = "ada@example.com" },
            },
        },
    }.ToJsonString();

    [Fact]
    public async Task The_developer_page_shows_the_exception()
    {
        foreach (RunningApp app in (RunningApp[])[servers.Kestrel, servers.Lambda])
        {
            RawResponse page = await app.GetAsync("/developer/throw");
            Assert.Equal(500, page.Status);
            Assert.Contains("InvalidOperationException: thrown for a developer", page.Text, StringComparison.Ordinal);
            Assert.Contains("LifeEndpoints", page.Text, StringComparison.Ordinal);
        }
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

    private static async Task<string> InvokeAsync(RunningApp app, string eventJson)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{app.Port}"), Timeout = Limits.Step };
        using var body = new StringContent(eventJson, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(new Uri("/invoke", UriKind.Relative), body);
        return await response.Content.ReadAsStringAsync();
    }
}
