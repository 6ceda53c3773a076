using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace StreamingLambda.Examples.Tests;

public sealed class MinimalApiTests
{
    [Fact]
    public async Task It_answers_in_JSON_and_streams_arrays_and_events()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(await Example.PublishAsync("minimal-api"), "minimal-api");

        Assert.Equal((HttpStatusCode.OK, "Hello from ASP.NET Core on Lambda\n"), await emulator.GetTextAsync("/"));
        Assert.Equal((HttpStatusCode.OK, """{"id":7,"title":"Write it down"}"""), await emulator.GetTextAsync("/todos/7"));
        Assert.Equal(HttpStatusCode.NotFound, (await emulator.GetTextAsync("/todos/0")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await emulator.GetTextAsync("/todos/x")).Status);

        using var todo = new StringContent("""{"id":9,"title":"new"}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage created = await emulator.Http.PostAsync(new Uri("/todos", UriKind.Relative), todo);
        Assert.Equal((HttpStatusCode.Created, "/todos/9"), (created.StatusCode, created.Headers.Location?.ToString()));

        Assert.Equal("""[{"id":1,"title":"Number 1"},{"id":2,"title":"Number 2"}]""", (await emulator.GetTextAsync("/todos?count=2")).Body);
    }

    [Fact]
    public async Task Server_sent_events_arrive_while_the_next_ones_are_still_to_come()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(await Example.PublishAsync("minimal-api"), "minimal-api");
        using HttpResponseMessage response = await emulator.GetAsync("/clock");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("data: tick 1", await reader.ReadLineAsync());
        // The emulator has not reported the end of the invocation yet.
        Assert.DoesNotContain("REPORT", emulator.Program.Output, StringComparison.Ordinal);
        Assert.Contains("data: tick 5", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    /// <summary>Kestrel is not in the executable: outside of Lambda it says so and what to do.</summary>
    [Fact]
    public async Task Outside_of_Lambda_the_published_executable_says_what_to_do()
    {
        CommandResult result = await Command.RunAsync(
            await Example.PublishAsync("minimal-api"), [], environment: new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = null });

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("set LambdaKeepsKestrel to true", result.Error, StringComparison.Ordinal);
    }
}
