using StreamingLambda.Testing;

namespace MyNamespace.Tests;

public sealed class HelloTests
{
    [Fact]
    public async Task Greets_by_name()
    {
        // The handler's pauses pass at once: this clock jumps whenever the handler waits for it.
        var clock = new ManualClock { AutoAdvance = true };
        var host = new TestHost(new Hello(clock)) { TimeProvider = clock };
        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get("/?name=Ada"));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", response.Headers["Content-Type"]);
        Assert.Equal(["Hello\n", "Ada!\n", "This came as a stream.\n"], response.Chunks.Select(chunk => chunk.Text));
        Assert.Equal([0, 0.5, 1], response.Chunks.Select(chunk => chunk.Elapsed.TotalSeconds));
    }

    [Fact]
    public void The_table_has_it_under_the_name_in_template_yaml() => Assert.IsType<Hello>(HandlerTable.Create("Hello"));
}
