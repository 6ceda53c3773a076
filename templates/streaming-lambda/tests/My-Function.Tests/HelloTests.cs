using StreamingLambda.Testing;

namespace MyNamespace.Tests;

public sealed class HelloTests
{
    [Fact]
    public async Task Greets_by_name()
    {
        TestResponse response = await new TestHost(new Hello()).InvokeAsync(FunctionUrlEvent.Get("/?name=Ada"));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", response.Headers["Content-Type"]);
        Assert.Equal(["Hello\n", "Ada!\n", "This came as a stream.\n"], response.Chunks.Select(chunk => chunk.Text));
    }

    [Fact]
    public void The_table_has_it_under_the_name_in_template_yaml() => Assert.IsType<Hello>(HandlerTable.Create("Hello"));
}
