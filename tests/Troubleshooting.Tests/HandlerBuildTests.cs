using System.Text.Json;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Writing a handler": the mistakes that the build finds, all in one handler that is built with this project's rules.</summary>
public sealed class HandlerBuildTests(HandlerBuild build) : IClassFixture<HandlerBuild>
{
    [Fact]
    public void A_call_that_is_not_awaited() => Page.Shows(build.Output);

    [Fact]
    public void Blocking_the_clock_and_Thread_Sleep() => Page.Shows([build.Output, build.Output, build.Output, build.Output]);

    [Fact]
    public void Code_that_a_native_executable_cannot_run() => Page.Shows([build.Output, build.Output]);

    [Fact]
    public void JSON_without_a_source_generated_context()
    {
        var error = Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(new { Item = "pen" }));

        Page.Shows([build.Output, $"{error.GetType().Name}: {error.Message}"]);
    }
}
