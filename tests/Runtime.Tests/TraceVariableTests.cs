using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The process has one <c>_X_AMZN_TRACE_ID</c>, and every runtime in it writes it: no other test may run beside these.</summary>
[Collection(nameof(TraceVariableTests))]
[CollectionDefinition(nameof(TraceVariableTests), DisableParallelization = true)]
public sealed class TraceVariableTests
{
    [Theory]
    [InlineData(1, "Root=1-a")]
    [InlineData(2, null)]
    public async Task The_trace_variable_is_set_only_while_one_invocation_runs_at_a_time(int concurrency, string? expected)
    {
        var seen = new TaskCompletionSource<string?>();
        await using Session session = await Session.StartAsync(
            async (_, response, _) =>
            {
                seen.SetResult(Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID"));
                await response.FinishAsync();
            },
            new LambdaEnvironment { MaxConcurrency = concurrency == 1 ? null : "2" });
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", null);
        await session.Connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Trace-Id", "Root=1-a"));

        Assert.Equal(expected, await seen.Task.WaitAsync(Limits.Step));
        await session.AcceptPostAsync();
    }
}
