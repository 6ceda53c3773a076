using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Testing.Tests;

public sealed class FunctionUrlEventTests
{
    [Fact]
    public void A_GET_reads_back_as_it_was_asked_for()
    {
        FunctionUrlRequest request = Read(FunctionUrlEvent.Get(
            "/a%20b/c?name=Ada+L&tag=1&tag=2%2C3&bare", ("Accept", "text/plain"), ("X-A", "1"), ("x-a", "2")));

        Assert.Equal("GET", request.RequestContext.Http.Method);
        Assert.Equal("/a%20b/c", request.RawPath);
        Assert.Equal("/a b/c", request.RequestContext.Http.Path);
        Assert.Equal("name=Ada+L&tag=1&tag=2%2C3&bare", request.RawQueryString);
        Assert.Equal("Ada L", request.GetQuery("name"));
        Assert.Equal("1,2,3", request.GetQuery("tag"));
        Assert.Equal(["1", "2,3"], request.GetQueryValues("tag"));
        Assert.Equal("", request.GetQuery("bare"));
        Assert.Equal("text/plain", request.GetHeader("Accept"));
        Assert.Equal("1,2", request.GetHeader("x-a"));
        Assert.All(request.Headers.Keys, name => Assert.Equal(name.ToLowerInvariant(), name));
        Assert.Null(request.Body);
        Assert.False(request.IsBase64Encoded);
        Assert.Equal("01/Jan/2026:00:00:00 +0000", request.RequestContext.Time);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), request.RequestContext.ReceivedAt);
    }

    [Fact]
    public void Cookies_stand_in_their_list_and_in_the_header()
    {
        FunctionUrlRequest request = Read(FunctionUrlEvent.Get("/", ("Cookie", "a=1; b=2=3")));

        Assert.Equal(["a=1", "b=2=3"], request.Cookies);
        Assert.Equal("a=1; b=2=3", request.GetHeader("cookie"));
        Assert.Equal("2=3", request.GetCookie("b"));
    }

    [Fact]
    public void A_POST_has_a_text_body_and_a_content_type()
    {
        FunctionUrlRequest json = Read(FunctionUrlEvent.Post("/", """{"a":"ë"}"""));
        FunctionUrlRequest text = Read(FunctionUrlEvent.Post("/", "plain", ("content-type", "text/plain")));

        Assert.Equal("""{"a":"ë"}""", json.ReadBodyText());
        Assert.Equal("application/json", json.GetHeader("Content-Type"));
        Assert.Equal("text/plain", text.GetHeader("Content-Type"));
        Assert.False(text.IsBase64Encoded);
    }

    [Fact]
    public void A_binary_body_travels_in_base64()
    {
        FunctionUrlRequest request = Read(FunctionUrlEvent.Create("PUT", "/x", new byte[] { 0, 255, 1 }));

        Assert.Equal("PUT", request.RequestContext.Http.Method);
        Assert.True(request.IsBase64Encoded);
        Assert.Equal([0, 255, 1], request.ReadBody().ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("?a=1")]
    public void A_path_that_is_none_is_refused(string pathAndQuery)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => FunctionUrlEvent.Get(pathAndQuery));

        Assert.Contains("does not begin with '/'", error.Message, StringComparison.Ordinal);
    }

    private static FunctionUrlRequest Read(ReadOnlyMemory<byte> eventJson)
    {
        Assert.True(FunctionUrlRequest.TryRead(eventJson, out FunctionUrlRequest? request));
        return request;
    }
}
