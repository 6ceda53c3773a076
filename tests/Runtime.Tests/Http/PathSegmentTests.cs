using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.Tests.Http;

public sealed class PathSegmentTests
{
    [Theory]
    [InlineData("")]
    [InlineData("8476a536-e9f4-11e8-9739-2dfe598c3fcd")]
    [InlineData("a/b?c#d")]
    [InlineData("100%")]
    [InlineData("AZaz09-._~")]
    [InlineData("!*'();:@&=+$,[] \"<>\\^`{|}\r\n\0")]
    [InlineData("\u00e9 \ud83d\ude00 \ufffd")]
    public void Text_is_escaped_as_Uri_does_it(string text) => Assert.Equal(Uri.EscapeDataString(text), PathSegment.Escape(text));

    [Fact]
    public void An_id_as_Lambda_gives_it_is_not_copied()
    {
        const string id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

        Assert.Same(id, PathSegment.Escape(id));
    }
}
