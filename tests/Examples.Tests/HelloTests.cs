using System.Net;

namespace StreamingLambda.Examples.Tests;

public sealed class HelloTests
{
    [Fact]
    public async Task Three_lines_are_a_function()
    {
        string[] code = Repository.Read("examples/hello/Program.cs").TrimEnd('\n').Split('\n');
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(await Example.PublishAsync("hello"), "hello");
        using HttpResponseMessage response = await emulator.GetAsync("/");

        Assert.Equal(3, code.Length);
        Assert.Equal((HttpStatusCode.OK, "Hello from Lambda\n"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
    }
}
