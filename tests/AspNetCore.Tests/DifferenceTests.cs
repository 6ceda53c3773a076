namespace StreamingLambda.AspNetCore.Tests;

/// <summary>Where Lambda's server does something else than Kestrel, on purpose: the table of docs/aspnetcore.md, row by row.</summary>
public sealed class DifferenceTests(BothServers servers)
{
    [Theory]
    [InlineData("/throw", 500)]
    [InlineData("/too-long", 500)]
    public async Task A_failure_before_the_first_byte_is_reported_to_Lambda(string target, int kestrelStatus)
    {
        Assert.Equal(kestrelStatus, (await servers.Kestrel.GetAsync(target)).Status);
        RawResponse lambda = await servers.Lambda.GetAsync(target);

        // The function URL's own words. The invocation counts among the function's errors, and its exception is in the log.
        Assert.Equal((502, "Internal Server Error"), (lambda.Status, lambda.Text));
        await servers.Lambda.Program.WaitForOutputAsync("The invocation failed.*InvalidOperationException");
    }

    [Theory]
    [InlineData("/throw-late", "a part, ")]
    [InlineData("/too-short", "12345")]
    public async Task A_failure_after_the_first_byte_cuts_the_response_on_Kestrel_and_is_reported_in_trailers_on_Lambda(string target, string sent)
    {
        RawResponse kestrel = await servers.Kestrel.GetAsync(target);
        Assert.False(kestrel.IsWhole);
        RawResponse lambda = await servers.Lambda.GetAsync(target);

        // A function URL hides the trailers: its caller sees a whole response.
        Assert.Equal((200, sent, true), (lambda.Status, lambda.Text, lambda.IsWhole));
        await servers.Lambda.Program.WaitForOutputAsync("REPORT .*Status: error");
    }

    [Fact]
    public async Task Abort_fails_the_invocation()
    {
        Assert.Equal(0, (await servers.Kestrel.GetAsync("/abort")).Status);
        Assert.Equal(502, (await servers.Lambda.GetAsync("/abort")).Status);
        await servers.Lambda.Program.WaitForOutputAsync("ConnectionAbortedException");
    }

    [Fact]
    public async Task A_lone_question_mark_is_not_in_the_event()
    {
        Assert.Contains("\"queryString\":\"?\"", (await servers.Kestrel.GetAsync("/echo/q?")).Text, StringComparison.Ordinal);
        Assert.Contains("\"queryString\":\"\"", (await servers.Lambda.GetAsync("/echo/q?")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_connection_is_the_callers()
    {
        Assert.Equal("127.0.0.1 http True", (await servers.Kestrel.GetAsync("/connection")).Text);
        // A function URL is always https for its caller.
        Assert.Equal("127.0.0.1 https True", (await servers.Lambda.GetAsync("/connection")).Text);
    }

    [Fact]
    public async Task The_invocation_is_there_on_Lambda_only()
    {
        Assert.Equal("no invocation", (await servers.Kestrel.GetAsync("/invocation")).Text);
        Assert.Equal("True True", (await servers.Lambda.GetAsync("/invocation")).Text);
    }

    [Fact]
    public async Task There_are_no_addresses_on_Lambda()
    {
        Assert.Equal("1", (await servers.Kestrel.GetAsync("/addresses")).Text);
        Assert.Equal("no feature", (await servers.Lambda.GetAsync("/addresses")).Text);
    }

    [Fact]
    public async Task A_REST_APIs_query_comes_decoded_and_is_encoded_anew()
    {
        Assert.Contains(
            "\"rawTarget\":\"/echo/q?a=b\\u002Bc%7E\"", (await servers.Kestrel.GetAsync("/echo/q?a=b+c%7E")).Text, StringComparison.Ordinal);
        Assert.Contains(
            "\"rawTarget\":\"/Prod/echo/q?a=b%20c~\"", (await servers.RestApi.GetAsync("/Prod/echo/q?a=b+c%7E")).Text, StringComparison.Ordinal);
    }
}
