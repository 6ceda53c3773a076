#region hello-test
using StreamingLambda.Testing;

namespace MyFunction.Tests;

public sealed class HelloTests
{
    [Fact]
    public async Task Greets_by_name()
    {
        TestResponse response = await new TestHost(new Hello()).InvokeAsync(FunctionUrlEvent.Get("/?name=Ada"));
        Assert.Equal(200, response.StatusCode);
        Assert.Equal("Hello Ada\n", response.BodyText);
    }
}
#endregion
