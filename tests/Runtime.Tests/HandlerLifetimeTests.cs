using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>How a handler comes to be, and what becomes of it when the process stops.</summary>
public sealed class HandlerLifetimeTests
{
    [Fact]
    public async Task The_first_invocation_is_asked_for_when_the_asynchronous_factory_has_ended()
    {
        var creating = new TaskCompletionSource<IStreamingLambdaHandler>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, async _ => await creating.Task);
        Task<ScriptedConnection> connecting = api.AcceptAsync();

        Assert.False(connecting.IsCompleted);
        creating.SetResult(new DelegateStreamingHandler((_, response, _) => response.WriteAndFinishAsync("created").AsTask()));
        ScriptedConnection connection = await connecting;
        await connection.GiveInvocationAsync();

        Assert.Equal("created", (await connection.ReadRequestAsync()).BodyText);
        await connection.AnswerAsync(202);
    }

    [Fact]
    public async Task An_exception_of_the_asynchronous_factory_is_an_initialization_error()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, async _ =>
        {
            await Task.Yield();
            throw new FormatException("the secret is no key");
        });
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("POST /2018-06-01/runtime/init/error", $"{post.Head.Method} {post.Head.Path}");
        Assert.Equal("Function.FormatException", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Contains("the secret is no key", post.BodyText, StringComparison.Ordinal);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_asynchronous_factory_that_creates_nothing_is_an_initialization_error(bool hasTask)
    {
        await using var api = new ScriptedRuntimeApi();
        Func<LambdaEnvironment, Task<IStreamingLambdaHandler>> createHandler = _ => hasTask ? Task.FromResult<IStreamingLambdaHandler>(null!) : null!;
        await using var runtime = new RunningRuntime(api, createHandler);
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("Function.HandlerMissing", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
    }

    [Fact]
    public async Task A_stop_leaves_a_factory_that_does_not_end_within_the_window()
    {
        var time = new ManualClock();
        var started = new Gate();
        var never = new TaskCompletionSource<IStreamingLambdaHandler>();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            async _ =>
            {
                started.Open();
                return await never.Task;
            },
            options: new LambdaRuntimeOptions { TimeProvider = time, ShutdownWindow = TimeSpan.FromSeconds(2) });
        await started.WaitAsync();

        Task<int> exit = runtime.StopAsync();
        await time.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(0, await exit.WaitAsync(Limits.Step));
        Assert.Empty(runtime.LogLines);
        never.SetCanceled();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_disposes_of_the_handler_when_its_last_invocation_has_ended(bool isAsynchronous)
    {
        var order = new List<string>();
        var started = new Gate();
        var last = new Gate();
        Func<ResponseStreamWriter, Task> handle = async response =>
        {
            started.Open();
            await last.WaitAsync();
            await response.WriteAndFinishAsync("end");
            order.Add("handled");
        };
        Action dispose = () => order.Add("disposed");
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api, _ => isAsynchronous ? new AsyncDisposableHandler(handle, dispose) : new DisposableHandler(handle, dispose),
            options: new LambdaRuntimeOptions { ShutdownWindow = Limits.Step });
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();
        await started.WaitAsync();

        Task<int> exit = runtime.StopAsync();
        last.Open();
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal(0, await exit);
        Assert.Equal(["handled", "disposed"], order);
    }

    [Fact]
    public async Task A_handler_that_has_not_ended_is_not_disposed_of()
    {
        var time = new ManualClock();
        var started = new Gate();
        var never = new TaskCompletionSource();
        bool isDisposed = false;
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            _ => new DisposableHandler(
                async _ =>
                {
                    started.Open();
                    await never.Task;
                },
                () => isDisposed = true),
            options: new LambdaRuntimeOptions { TimeProvider = time, ShutdownWindow = TimeSpan.FromSeconds(2) });
        await (await api.AcceptAsync()).GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", "99999999999999"));
        await started.WaitAsync();

        Task<int> exit = runtime.StopAsync();
        await time.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(0, await exit.WaitAsync(Limits.Step));
        Assert.False(isDisposed);
        never.SetResult();
    }

    [Fact]
    public async Task A_DisposeAsync_that_does_not_end_within_the_window_is_left_and_logged()
    {
        var time = new ManualClock();
        var disposing = new Gate();
        var never = new TaskCompletionSource();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            _ => new AsyncDisposableHandler(_ => Task.CompletedTask, disposing.Open, never.Task),
            options: new LambdaRuntimeOptions { TimeProvider = time, ShutdownWindow = TimeSpan.FromSeconds(2) });
        await (await api.AcceptAsync()).ReadHeadAsync();

        Task<int> exit = runtime.StopAsync();
        await disposing.WaitAsync();
        await time.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(0, await exit.WaitAsync(Limits.Step));
        Assert.Contains("WARN\t-\tThe handler's DisposeAsync has not ended", Assert.Single(runtime.LogLines), StringComparison.Ordinal);
        never.SetResult();
    }

    [Fact]
    public async Task What_Dispose_throws_is_logged_and_the_process_ends_in_order()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api, _ => new DisposableHandler(_ => Task.CompletedTask, () => throw new IOException("the disk is full")));
        await (await api.AcceptAsync()).ReadHeadAsync();

        Assert.Equal(0, await runtime.StopAsync());
        Assert.Contains(
            "ERROR\t-\tThe handler could not be disposed of.\tIOException: the disk is full",
            Assert.Single(runtime.LogLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_waits_for_its_handler_at_init_and_at_SIGTERM()
    {
        using var directory = new TemporaryDirectory();
        string greeting = Path.Combine(directory.Path, "greeting.txt");
        await File.WriteAllTextAsync(greeting, "Hello from a file");
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = Start(api, handler: greeting);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(200, "{}", ("Lambda-Extension-Identifier", "extension-1"));
        await connection.ReadHeadAsync();
        ScriptedConnection invocations = await api.AcceptAsync();
        await invocations.GiveInvocationAsync();
        Assert.Equal("Hello from a file", (await invocations.ReadRequestAsync()).BodyText);
        await invocations.AnswerAsync(202);
        await invocations.ReadHeadAsync();

        function.Signal(RunningProgram.Terminate);

        Assert.Equal(0, await function.WaitForExitAsync());
        Assert.Contains("The handler of 'Hello from a file' is disposed of.", function.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_whose_factory_fails_reports_it_and_exits_with_1()
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = Start(api, handler: "/no/such/file");
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("/2018-06-01/runtime/init/error", post.Head.Path);
        Assert.Equal("Function.GreetingMissing", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal(1, await function.WaitForExitAsync());
    }

    private static RunningProgram Start(ScriptedRuntimeApi api, string handler) => RunningProgram.Start(
        BuiltPrograms.LifetimeFunction, [], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address, ["_HANDLER"] = handler });

    private sealed class DisposableHandler(Func<ResponseStreamWriter, Task> handle, Action dispose) : IStreamingLambdaHandler, IDisposable
    {
        public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) => handle(response);

        public void Dispose() => dispose();
    }

    private sealed class AsyncDisposableHandler(Func<ResponseStreamWriter, Task> handle, Action dispose, Task? disposing = null)
        : IStreamingLambdaHandler, IAsyncDisposable
    {
        public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) => handle(response);

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            dispose();
            await (disposing ?? Task.CompletedTask);
        }
    }
}
