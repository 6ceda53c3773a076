using System.Net;
using System.Text.Json.Nodes;

namespace StreamingLambda.Examples.Tests;

public sealed class JobProgressTests
{
    [Fact]
    public async Task Progress_comes_in_order_and_the_result_last()
    {
        await using LocalLambda lambda = await Example.StartAsync("job-progress");
        using HttpResponseMessage response = await lambda.OpenAsync("/?below=100000000");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("""{"percent":0,"log":"counting the primes from 0 to below 100000000"}""", await reader.ReadLineAsync());
        Assert.Equal("""{"percent":1}""", await reader.ReadLineAsync());
        string[] rest = (await reader.ReadToEndAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal(Enumerable.Range(2, 99), rest[..^1].Select(line => (int)JsonNode.Parse(line)!["percent"]!));
        // The number of primes below a hundred million, as it has been known since 1870.
        Assert.Equal("""{"result":{"from":0,"below":100000000,"primes":5761455}}""", rest[^1]);

        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitAsync();
        Assert.Null(invocation.Error);
    }

    [Fact]
    public async Task A_job_that_does_not_get_done_says_so_in_time_and_where_to_go_on()
    {
        await using LocalLambda lambda = await Example.StartAsync("job-progress", new LocalLambdaOptions { Timeout = TimeSpan.FromSeconds(5) });
        using HttpResponseMessage response = await lambda.OpenAsync("/?below=100000000000");
        LocalInvocation invocation = lambda.InvocationOf(response);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("""{"percent":0,"log":"counting the primes from 0 to below 100000000000"}""", await reader.ReadLineAsync());
        // It has four seconds of work before it.
        Assert.Null(invocation.Report);
        string[] rest = (await reader.ReadToEndAsync().WaitAsync(Limits.Step)).TrimEnd('\n').Split('\n');
        JsonNode problem = JsonNode.Parse(rest[^1])!["problem"]!;
        await invocation.WaitAsync();

        Assert.Null(invocation.Error);
        Assert.True(invocation.Report!.Duration < TimeSpan.FromSeconds(5), $"{invocation.Report.Duration}");
        long from = (long)problem["from"]!;
        Assert.Equal(("out of time", $"Ask for the rest with from={from}."), ((string?)problem["title"], (string?)problem["detail"]));
        Assert.True(from > 0 && (long)problem["primesSoFar"]! > 0, problem.ToJsonString());
        // The two halves are the whole.
        using HttpResponseMessage next = await lambda.OpenAsync($"/?from={from}&below={from + 1000}");
        Assert.Equal(from, (long)JsonNode.Parse((await next.ReadLinesAsync())[^1])!["result"]!["from"]!);
    }

    [Theory]
    [InlineData("from=0&below=2", 0)]
    [InlineData("from=2&below=3", 1)]
    [InlineData("from=7&below=7", 0)]
    [InlineData("from=90&below=100", 1)]
    [InlineData("from=500000&below=1500000", 72617)]
    public async Task Any_range_is_counted(string range, int primes)
    {
        await using LocalLambda lambda = await Example.StartAsync("job-progress");
        using HttpResponseMessage response = await lambda.OpenAsync($"/?{range}");

        Assert.Equal(primes, (int)JsonNode.Parse((await response.ReadLinesAsync())[^1])!["result"]!["primes"]!);
    }

    [Theory]
    [InlineData("/?below=many")]
    [InlineData("/?from=-1")]
    [InlineData("/?from=10&below=5")]
    [InlineData("/?below=100000000001")]
    public async Task A_range_that_is_none_is_refused(string path)
    {
        await using LocalLambda lambda = await Example.StartAsync("job-progress");
        using HttpResponseMessage response = await lambda.OpenAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("'from' and 'below' are numbers up to 100000000000, and 'from' is not the larger one.", await response.ReadProblemAsync());
    }
}
