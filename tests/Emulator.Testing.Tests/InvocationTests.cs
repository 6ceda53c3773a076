using System.Net;

namespace StreamingLambda.Emulator.Testing.Tests;

/// <summary>A lambda that all tests of a class share, as test suites have it.</summary>
public sealed class SharedLambda : IAsyncLifetime
{
    private readonly Functions _functions = new();

    public LocalLambda Lambda { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Lambda = await LocalLambda.StartAsync(new LocalLambdaOptions { Path = _functions.TemplateFile, Timeout = TimeSpan.FromSeconds(3) });

    public async ValueTask DisposeAsync()
    {
        await Lambda.DisposeAsync();
        _functions.Dispose();
    }
}

/// <summary>What a test sees of an invocation.</summary>
public sealed class InvocationTests(SharedLambda shared) : IClassFixture<SharedLambda>
{
    private readonly LocalLambda _lambda = shared.Lambda;

    [Fact]
    public async Task An_invocation_has_its_chunks_as_they_came()
    {
        LocalFunction function = _lambda["Open"];
        using HttpResponseMessage response = await function.Http.GetAsync(
            new Uri("/path?a=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        LocalInvocation invocation = _lambda.InvocationOf(response);

        Assert.Equal("one ", (await invocation.ReadChunkAsync())?.Text);
        Assert.Equal("two", (await invocation.ReadChunkAsync())?.Text);
        Assert.Null(await invocation.ReadChunkAsync());
        Assert.Equal("one two", await response.Content.ReadAsStringAsync());
        await invocation.WaitAsync();

        Assert.Same(invocation, _lambda.InvocationOf(response));
        Assert.Equal("Open", invocation.FunctionName);
        Assert.Equal(201, invocation.StatusCode);
        Assert.Equal("default", Assert.Single(invocation.Headers["X-Own"]));
        Assert.Equal(["a=1", "b=2"], invocation.Headers["set-cookie"]);
        Assert.Equal("one two", invocation.BodyText);
        Assert.Equal(["one ", "two"], invocation.Chunks.Select(chunk => chunk.Text));
        // The function's pauses, 0.2 s and 1 s: what comes after them cannot come earlier.
        Assert.True(invocation.Chunks[0].Elapsed > TimeSpan.FromSeconds(0.2), $"{invocation.Chunks[0].Elapsed}");
        Assert.True(invocation.Chunks[1].Elapsed > TimeSpan.FromSeconds(1.2), $"{invocation.Chunks[1].Elapsed}");
        Assert.True(invocation.FirstByte <= invocation.Chunks[0].Elapsed, $"{invocation.FirstByte}");
        Assert.Contains("asked for /path", invocation.Log);
        Assert.Contains(invocation.Log, line => line.StartsWith("REPORT ", StringComparison.Ordinal));
        Assert.Equal("success", invocation.Report?.Status);
        Assert.True(invocation.Report?.Duration > TimeSpan.FromSeconds(0.5));
        Assert.Null(invocation.Error);
        Assert.Empty(invocation.Trailers);
        Assert.Contains("\"rawPath\":\"/path\"", System.Text.Encoding.UTF8.GetString(invocation.Event.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_the_middle_is_seen_in_the_trailers()
    {
        using HttpResponseMessage response = await _lambda["Open"].Http.GetAsync(new Uri("/fail", UriKind.Relative));
        LocalInvocation invocation = _lambda.InvocationOf(response);
        await invocation.WaitAsync();

        Assert.Equal("ValueError", invocation.Trailers["lambda-runtime-function-error-type"]);
        Assert.Equal(("ValueError", "failed", false), (invocation.Error?.Type, invocation.Error?.Message, invocation.Error?.IsFoundByPlatform));
        Assert.Equal(["here"], invocation.Error?.StackTrace);
        Assert.Equal("one two", invocation.BodyText);
        Assert.Equal("error", invocation.Report?.Status);
    }

    [Theory]
    [InlineData("/hang", "Sandbox.Timedout", "Task timed out after 3.00 seconds", "timeout")]
    [InlineData("/exit", "Runtime.ExitError", "Runtime exited with error: exit status 3", "error")]
    public async Task What_the_platform_finds_is_an_error_of_the_platforms(string path, string type, string message, string status)
    {
        using HttpResponseMessage response = await _lambda["Open"].Http.GetAsync(
            new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
        LocalInvocation invocation = _lambda.InvocationOf(response);
        await invocation.WaitAsync();

        Assert.Equal((type, true), (invocation.Error?.Type, invocation.Error?.IsFoundByPlatform));
        Assert.EndsWith(message, invocation.Error?.Message, StringComparison.Ordinal);
        Assert.Contains("in the middle of its response", invocation.Error?.Explanation, StringComparison.Ordinal);
        Assert.Equal(status, invocation.Report?.Status);
        Assert.Equal("one ", invocation.BodyText);
    }

    [Fact]
    public async Task An_event_of_ones_own_needs_no_url()
    {
        LocalFunction function = _lambda["Queue"];
        Assert.Null(function.Url);
        string message = Assert.Throws<InvalidOperationException>(() => function.Http).Message;
        Assert.StartsWith("Queue has no function URL. Give it a FunctionUrlConfig", message, StringComparison.Ordinal);

        LocalInvocation invocation = await function.InvokeAsync("""{"rawPath":"/event"}""");

        Assert.Equal(201, invocation.StatusCode);
        Assert.Equal(["a=1", "b=2"], invocation.Headers["Set-Cookie"]);
        Assert.Equal("one two", invocation.BodyText);
        Assert.Contains("asked for /event", invocation.Log);
    }

    [Fact]
    public async Task A_request_to_an_API_leads_to_its_invocation()
    {
        (string name, Uri url) = Assert.Single(_lambda.Apis);
        Assert.Equal(("ServerlessRestApi", "/Prod/"), (name, url.AbsolutePath));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        using HttpResponseMessage response = await http.GetAsync(new Uri(url, "orders/7"));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        LocalInvocation invocation = _lambda.InvocationOf(response);
        Assert.Equal("Orders", invocation.FunctionName);
        Assert.Equal("one two", invocation.BodyText);
    }

    [Fact]
    public async Task A_client_signs_where_the_url_asks_for_it()
    {
        LocalFunction function = _lambda["Signed"];

        Assert.Equal("one two", await function.Http.GetStringAsync(new Uri("/a%20b?x=%2F&y", UriKind.Relative)));
        using var content = new StringContent("a body");
        using HttpResponseMessage posted = await function.Http.PostAsync(new Uri("/", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        using HttpResponseMessage refused = await function.CreateClient(signs: false).GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        string message = Assert.Throws<ArgumentException>(() => _lambda.InvocationOf(refused)).Message;
        Assert.StartsWith("This response, 403, comes from no invocation: no function has seen the request.", message, StringComparison.Ordinal);
        Assert.Contains("[Signed] 403 for GET /: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_says_what_has_happened_instead()
    {
        using var functions = new Functions();
        await using LocalLambda lambda = await LocalLambda.StartAsync(
            new LocalLambdaOptions { Path = functions.Executable, WaitLimit = TimeSpan.FromSeconds(3) });
        LocalInvocation invocation = lambda.Function.Start("""{"rawPath":"/hang"}""");

        string message = (await Assert.ThrowsAsync<TimeoutException>(invocation.WaitAsync)).Message;

        Assert.Contains("The invocation did not get to its end (function, " + invocation.RequestId, message, StringComparison.Ordinal);
        Assert.Contains("asked for /hang", message, StringComparison.Ordinal);
        Assert.Contains("That was waited for 3 s (WaitLimit).", message, StringComparison.Ordinal);
        foreach (Func<string, Task<string>> wait in (Func<string, Task<string>>[])[invocation.WaitForLogAsync, lambda.WaitForLogAsync])
            Assert.Contains("'never'", (await Assert.ThrowsAsync<TimeoutException>(() => wait("never"))).Message, StringComparison.Ordinal);
    }
}
