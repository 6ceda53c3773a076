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
    public void A_header_given_twice_is_refused_in_whatever_way_it_is_given()
    {
        var twice = new Dictionary<string, string> { ["Vary"] = "Accept", ["vary"] = "Origin" };

        ArgumentException one = Assert.Throws<ArgumentException>(() => new StatusAndHeaders(200, ("Vary", "Accept"), ("vary", "Origin")));
        ArgumentException other = Assert.Throws<ArgumentException>(() => new StatusAndHeaders(200) { Headers = twice });

        Assert.StartsWith("The header 'vary' is given twice.", one.Message, StringComparison.Ordinal);
        Assert.Equal(one.Message, other.Message);
    }

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
