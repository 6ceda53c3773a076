using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>What <see cref="LambdaRuntime"/> takes: that each form compiles without a cast, and runs.</summary>
public sealed class RunOverloadTests
{
    public static TheoryData<string> Forms => [.. AllForms.Keys];

    private static Dictionary<string, Func<LambdaEnvironment, CancellationToken, Task<int>>> AllForms => new()
    {
        ["environment and factory"] = (environment, stop) => LambdaRuntime.RunAsync(environment, _ => new Answer(), cancellationToken: stop),
        ["environment and method"] = (environment, stop) => LambdaRuntime.RunAsync(environment, Create, cancellationToken: stop),
        ["environment and asynchronous factory"] = (environment, stop) => LambdaRuntime.RunAsync(
            environment,
            async _ =>
            {
                await Task.Yield();
                return new Answer();
            },
            cancellationToken: stop),
        ["environment and asynchronous method"] = (environment, stop) => LambdaRuntime.RunAsync(environment, CreateAsync, cancellationToken: stop),
        ["environment and delegate"] = (environment, stop) =>
            LambdaRuntime.RunAsync(environment, _ => new DelegateStreamingHandler(HandleAsync), cancellationToken: stop),
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Each_form_answers_an_invocation(string form)
    {
        await using var api = new ScriptedRuntimeApi();
        using var stop = new CancellationTokenSource();
        Task<int> running = Task.Run(() => AllForms[form](new LambdaEnvironment { RuntimeApi = api.Address }, stop.Token));
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();

        Assert.Equal("answer", (await connection.ReadRequestAsync()).BodyText);
        await connection.AnswerAsync(202);
        await connection.ReadHeadAsync();
        await stop.CancelAsync();
        Assert.Equal(0, await running.WaitAsync(Limits.Step));
    }

    /// <summary>These read the environment of the tests' own process, where there is no Runtime API.</summary>
    [Fact]
    public async Task Each_form_without_an_environment_takes_that_of_the_process()
    {
        Task<int>[] refused =
        [
            LambdaRuntime.RunAsync((_, response, token) => response.WriteAndFinishAsync("answer", token).AsTask()),
            LambdaRuntime.RunAsync(async (_, response, token) => await response.WriteAndFinishAsync("answer", token)),
            LambdaRuntime.RunAsync((_, _, _) => throw new NotSupportedException()),
            LambdaRuntime.RunAsync(HandleAsync),
            LambdaRuntime.RunAsync(new Answer()),
            LambdaRuntime.RunAsync(new Answer(), new LambdaRuntimeOptions(), CancellationToken.None),
            LambdaRuntime.RunAsync(() => new Answer()),
            LambdaRuntime.RunAsync(() => throw new NotSupportedException()),
            LambdaRuntime.RunAsync(async () => await CreateAsync(new LambdaEnvironment())),
            LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), _ => throw new NotSupportedException()),
        ];

        Assert.All(await Task.WhenAll(refused).WaitAsync(Limits.Step), exitCode => Assert.Equal(1, exitCode));
    }

    [Fact]
    public async Task What_is_not_there_is_refused_at_once()
    {
        await Assert.ThrowsAsync<ArgumentNullException>("handle", () =>
            LambdaRuntime.RunAsync((Func<Invocation, ResponseStreamWriter, CancellationToken, Task>)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("handler", () => LambdaRuntime.RunAsync((IStreamingLambdaHandler)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("createHandler", () => LambdaRuntime.RunAsync((Func<IStreamingLambdaHandler>)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("createHandlerAsync", () =>
            LambdaRuntime.RunAsync((Func<Task<IStreamingLambdaHandler>>)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("environment", () => LambdaRuntime.RunAsync(null!, _ => new Answer()));
    }

    private static Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        response.WriteAndFinishAsync("answer", cancellationToken).AsTask();

    private static IStreamingLambdaHandler Create(LambdaEnvironment environment) => new Answer();

    private static Task<IStreamingLambdaHandler> CreateAsync(LambdaEnvironment environment) => Task.FromResult(Create(environment));

    private sealed class Answer : IStreamingLambdaHandler
    {
        Task IStreamingLambdaHandler.HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
            RunOverloadTests.HandleAsync(invocation, response, cancellationToken);
    }
}
