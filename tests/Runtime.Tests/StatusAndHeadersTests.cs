using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Runtime.Tests;

public sealed class StatusAndHeadersTests
{
    [Theory]
    [InlineData(0, "is not an HTTP status")]
    [InlineData(99, "is not an HTTP status")]
    [InlineData(100, "is an interim one")]
    [InlineData(103, "is an interim one")]
    [InlineData(199, "is an interim one")]
    [InlineData(600, "is not an HTTP status")]
    public void A_status_that_ends_no_response_is_refused(int status, string why)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Prelude.Encode(new StatusAndHeaders(status)));

        Assert.StartsWith($"The status {status} {why}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Use one from 200 to 599.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(599)]
    public void Every_other_status_is_encoded(int status) =>
        Assert.Equal([.. System.Text.Encoding.ASCII.GetBytes($$"""{"statusCode":{{status}}}"""), 0, 0, 0, 0, 0, 0, 0, 0],
            Prelude.Encode(new StatusAndHeaders(status)).ToArray());

    [Fact]
    public void Several_values_of_a_header_are_joined_in_whatever_way_they_are_given()
    {
        var several = new Dictionary<string, string> { ["Vary"] = "Accept", ["vary"] = "Origin" };

        var one = new StatusAndHeaders(200, ("Vary", "Accept"), ("X-Other", "1"), ("vary", "Origin"));
        var other = new StatusAndHeaders(200) { Headers = several };

        Assert.Equal("Accept, Origin", one.Headers["Vary"]);
        Assert.Equal("Accept, Origin", other.Headers["Vary"]);
    }

    // A function URL ignores multiValueHeaders, and a REST API would send what stands in both members twice.
    [Fact]
    public void Several_values_and_cookies_go_where_a_function_url_and_a_rest_api_both_look() =>
        Assert.Equal(
            """{"statusCode":200,"headers":{"Vary":"Accept, Origin"},"cookies":["a=1","b=2"]}""",
            System.Text.Encoding.ASCII.GetString(
                Prelude.Encode(new StatusAndHeaders(200, ("Vary", "Accept"), ("Vary", "Origin")) { Cookies = ["a=1", "b=2"] }).Span).TrimEnd('\0'));

    [Theory]
    [InlineData("content-type", "text/plain", "text/html")]
    [InlineData("Location", "/a", "/b")]
    [InlineData("ACCESS-CONTROL-ALLOW-ORIGIN", "https://a.example", "https://b.example")]
    public void A_header_of_one_value_is_refused_when_it_is_given_twice(string name, string first, string second)
    {
        ArgumentException one = Assert.Throws<ArgumentException>(() => new StatusAndHeaders(200, (name.ToUpperInvariant(), first), (name, second)));

        Assert.StartsWith($"The header '{name}' is given twice, and it can have one value only.", one.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "b")]
    [InlineData("a", null)]
    public void A_missing_value_among_several_is_not_lost(string? first, string? second) => Assert.Contains(
        "The header 'X-A' has no value",
        Assert.Throws<ArgumentException>(() => Prelude.Encode(new StatusAndHeaders(200, ("X-A", first!), ("X-A", second!)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Headers_are_taken_as_they_were_given_and_found_in_any_case()
    {
        var given = new Dictionary<string, string> { ["Vary"] = "Accept" };
        var head = new StatusAndHeaders(200) { Headers = given };

        given["vary"] = "Origin";

        Assert.Equal("Accept", head.Headers["VARY"]);
        Assert.Single(head.Headers);
    }

    [Fact]
    public void Heads_with_collections_do_not_pretend_to_be_equal() => Assert.False(new StatusAndHeaders(200).Equals(new StatusAndHeaders(200)));
}
