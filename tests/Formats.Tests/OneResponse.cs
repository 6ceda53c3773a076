using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

/// <summary>The shortest ways to have a method answer one invocation.</summary>
internal static class OneResponse
{
    public static Task<TestResponse> RunAsync(Func<ResponseStreamWriter, CancellationToken, Task> handle) => Start(handle).WaitAsync();

    public static TestRun Start(Func<ResponseStreamWriter, CancellationToken, Task> handle) =>
        new TestHost((_, response, token) => handle(response, token)).Start(FunctionUrlEvent.Get());

    /// <summary>Runs with a clock of the test's and a deadline 10 seconds away.</summary>
    public static TestRun Start(TimeProvider clock, Func<ResponseStreamWriter, CancellationToken, Task> handle) =>
        new TestHost((_, response, token) => handle(response, token)) { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(10.25) }
            .Start(FunctionUrlEvent.Get());
}
