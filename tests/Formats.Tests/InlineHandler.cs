using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

/// <summary>A handler that is written where it is used, and the shortest ways to run one.</summary>
internal sealed class InlineHandler(Func<ResponseStreamWriter, CancellationToken, Task> handle) : IStreamingLambdaHandler
{
    public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        handle(response, cancellationToken);

    public static Task<TestResponse> RunAsync(Func<ResponseStreamWriter, CancellationToken, Task> handle) => Start(handle).WaitAsync();

    public static TestRun Start(Func<ResponseStreamWriter, CancellationToken, Task> handle) =>
        new TestHost(new InlineHandler(handle)).Start(FunctionUrlEvent.Get());

    /// <summary>Runs with a clock of the test's and a deadline 10 seconds away.</summary>
    public static TestRun Start(TimeProvider clock, Func<ResponseStreamWriter, CancellationToken, Task> handle) =>
        new TestHost(new InlineHandler(handle)) { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(10.25) }.Start(FunctionUrlEvent.Get());
}
