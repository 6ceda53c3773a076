using StreamingLambda.Emulator.Testing;
using StreamingLambda.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Testing a handler": mistakes with the two packages for tests.</summary>
public sealed class TestingTests
{
    [Fact]
    public async Task A_test_that_never_ends()
    {
        var host = new TestHost((_, _, _) => new TaskCompletionSource().Task) { WaitLimit = TimeSpan.FromMilliseconds(50) };

        Page.Shows(await CatchAsync(() => host.InvokeAsync("{}"u8.ToArray())));
    }

    [Fact]
    public async Task A_clock_for_which_nobody_waits()
    {
        var clock = new ManualClock { WaitLimit = TimeSpan.FromMilliseconds(50) };
        await using ITimer timer = clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);

        Page.Shows(await CatchAsync(() => clock.AdvanceAsync(TimeSpan.FromSeconds(5))));
    }

    [Fact]
    public async Task A_test_that_stopped_the_handler_before_it_was_called()
    {
        var host = new TestHost((_, _, _) => Task.CompletedTask) { Stopping = new CancellationToken(canceled: true) };

        Page.Shows(await CatchAsync(() => host.InvokeAsync("{}"u8.ToArray())));
    }

    [Fact]
    public async Task A_path_that_API_Gateway_would_not_send() => Page.Shows(
    [
        await CatchAsync(() => FunctionUrlEvent.Get("orders")),
        await CatchAsync(() => new ApiGatewayEvent("orders/{id}")),
        await CatchAsync(() => new ApiGatewayEvent("/{proxy+}/items")),
        await CatchAsync(() => new ApiGatewayEvent("/orders/{id}").Get("/customers/7")),
    ]);

    [Fact]
    public async Task A_test_that_names_what_is_not_there()
    {
        string path = await CatchAsync(() => LocalLambda.StartAsync(new LocalLambdaOptions { Path = "src/Nothing" }));
        await using LocalLambda lambda = await LocalLambda.StartAsync(
            new LocalLambdaOptions { Path = BuiltPrograms.TestBootstrap, RequiresSignature = true });
        using HttpClient unsigned = lambda.Function.CreateClient(signs: false);
        using HttpResponseMessage refused = await unsigned.GetAsync(new Uri("/", UriKind.Relative));

        Page.Shows([path, await CatchAsync(() => lambda["Orders"]), await CatchAsync(() => lambda.InvocationOf(refused))]);
    }

    private static Task<string> CatchAsync(Func<object?> misuse) => CatchAsync(() =>
    {
        _ = misuse();
        return Task.CompletedTask;
    });

    private static async Task<string> CatchAsync(Func<Task> misuse)
    {
        Exception error = Assert.IsAssignableFrom<Exception>(await Record.ExceptionAsync(misuse));
        return $"{error.GetType().Name}: {error.Message}";
    }
}
