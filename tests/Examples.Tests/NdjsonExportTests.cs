using System.Net;
using System.Text.Json.Nodes;

namespace StreamingLambda.Examples.Tests;

public sealed class NdjsonExportTests
{
    [Fact]
    public async Task Rows_come_in_order_and_none_is_cut_in_two()
    {
        await using LocalLambda lambda = await Example.StartAsync("ndjson-export");
        using HttpResponseMessage response = await lambda.OpenAsync("/?item=pen");
        string[] lines = await response.ReadLinesAsync();
        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitAsync();

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"id":3,"item":"pen","price":0.03}""", lines[0]);
        Assert.Equal(Enumerable.Range(1, 3333).Select(number => number * 3), lines.Select(line => (int)Read(line)["id"]!));
        Assert.All(lines, line => Assert.Equal("pen", (string?)Read(line)["item"]));
        Assert.Null(invocation.Error);
    }

    /// <summary>Rows that had waited for the last one would have been lost with it, and the answer a 502.</summary>
    [Fact]
    public async Task A_failure_in_the_middle_is_the_last_line_and_says_how_to_get_the_rest()
    {
        await using LocalLambda lambda = await Example.StartAsync("ndjson-export");
        using HttpResponseMessage response = await lambda.OpenAsync("/");
        string[] lines = await response.ReadLinesAsync();
        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(7001, lines.Length);
        Assert.Equal(7000, (int)Read(lines[^2])["id"]!);
        Assert.Equal("unreadable-order", (string?)Read(lines[^1])["error"]?["type"]);
        Assert.Contains("after=7001", (string?)Read(lines[^1])["error"]?["message"], StringComparison.Ordinal);
        Assert.Equal("Function.UnreadableOrderException", invocation.Trailers["lambda-runtime-function-error-type"]);

        using HttpResponseMessage rest = await lambda.OpenAsync("/?after=7001");
        Assert.Equal(Enumerable.Range(7002, 2999), (await rest.ReadLinesAsync()).Select(line => (int)Read(line)["id"]!));
    }

    /// <summary>A value of the query is a value in the database's query too, whatever is in it.</summary>
    [Theory]
    [InlineData("/?item=nothing")]
    [InlineData("/?item=%27%20OR%201%3D1%20--")]
    public async Task No_row_is_an_empty_answer(string path)
    {
        await using LocalLambda lambda = await Example.StartAsync("ndjson-export");
        using HttpResponseMessage response = await lambda.OpenAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.ReadLinesAsync());
    }

    [Fact]
    public async Task An_id_that_is_none_is_refused()
    {
        await using LocalLambda lambda = await Example.StartAsync("ndjson-export");
        using HttpResponseMessage response = await lambda.OpenAsync("/?after=x");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("'after' is the id of an order, a number.", await response.ReadProblemAsync());
    }

    private static JsonNode Read(string line) => JsonNode.Parse(line)!;
}
