using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;
using StreamingLambda.Runtime.Tracing;
using StreamingLambda.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Writing a handler": the mistakes that show while a handler runs.</summary>
public sealed partial class WritingTests
{
    private static readonly StatusAndHeaders Head = new(200, ("Content-Type", "text/plain"));

    [Fact]
    public async Task A_response_that_is_already_finished() => Page.Shows(
    [
        await FailAsync(async (_, response, _) =>
        {
            await response.WriteAndFinishAsync("done");
            await response.WriteAsync("more");
        }),
        await FailAsync(async (_, response, _) =>
        {
            await response.WriteAndFinishAsync("done");
            await response.FinishAsync();
        }),
    ]);

    [Fact]
    public async Task Status_and_headers_too_late()
    {
        string late = await FailAsync(async (_, response, _) =>
        {
            await response.WriteAsync("first");
            await response.WriteStatusAndHeadersAsync(Head);
        });
        string beforeSend = await FailAsync(async (_, response, token) =>
        {
            await response.WriteStatusAndHeadersAsync(Head, token);
            await response.SendTextAsync("text", token);
        });

        Assert.Equal(late, beforeSend);
        Page.Shows(late);
    }

    [Fact]
    public async Task A_content_type_that_the_headers_do_not_have() => Page.Shows(await FailAsync(async (_, response, token) =>
    {
        response.ContentType = "text/csv";
        await response.SendTextAsync("a,b", token);
    }));

    [Fact]
    public async Task A_forgotten_FinishAsync() => Page.Shows(await FailAsync(async (_, response, _) =>
    {
        await response.WriteStatusAndHeadersAsync(Head);
        await response.WriteAsync("all of it");
    }));

    [Fact]
    public async Task A_handler_that_writes_nothing() => Page.Shows(await FailAsync((_, _, _) => Task.CompletedTask));

    [Fact]
    public async Task Two_calls_at_once()
    {
        // Nobody reads from the connection until the second write was refused, so that the first is still at work when it begins.
        await using var api = new ScriptedRuntimeApi();
        using var stop = new CancellationTokenSource();
        var refused = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new DelegateStreamingHandler(async (_, response, _) =>
        {
            ValueTask first = response.WriteAsync(new byte[16 * 1024 * 1024]);
            refused.SetResult(await Record.ExceptionAsync(() => response.WriteAsync("second").AsTask()));
            await first;
            await response.FinishAsync();
        });
        Task<int> running = LambdaRuntime.RunAsync(new LambdaEnvironment { RuntimeApi = api.Address }, _ => handler, cancellationToken: stop.Token);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();
        Exception? error = await refused.Task.WaitAsync(Limits.Step);
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);
        await connection.ReadHeadAsync();
        await stop.CancelAsync();

        Assert.Equal(0, await running.WaitAsync(Limits.Step));
        Page.Shows(Describe(error!));
    }

    [Fact]
    public async Task Work_that_outlives_the_handler()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? work = null;
        string reported = await FailAsync((_, response, _) =>
        {
            work = WriteLaterAsync(response);
            return Task.CompletedTask;
        });
        ended.SetResult();
        Exception? unseen = await Record.ExceptionAsync(() => work!);

        Page.Shows([reported, Describe(unseen!)]);

        async Task WriteLaterAsync(ResponseStreamWriter response)
        {
            await ended.Task;
            await response.WriteAsync("too late");
        }
    }

    [Fact]
    public async Task An_event_of_another_shape() => Page.Shows(await FailAsync(
        (invocation, _, _) => Task.FromResult(invocation.ReadEvent(OrderJson.Default.Order)), """{"item": "pen", "quantity": "three"}"""));

    [Fact]
    public async Task An_event_that_is_refused_with_400()
    {
        var host = new TestHost(new JsonStreamingHandler<Order>(
            OrderJson.Default.Order, (_, _, response, token) => response.SendTextAsync("never sent", token)));

        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Post("/", ""));

        Assert.Equal(400, response.StatusCode);
        Page.Shows([response.BodyText, response.Log]);
    }

    [Fact]
    public async Task A_request_with_a_member_of_another_form() => Page.Shows(
    [
        await FailAsync(
            (invocation, _, _) => Task.FromResult(
                FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request) ? request.GetQuery("count") : null),
            """{"version":"2.0","requestContext":{"http":{"method":"GET"}},"queryStringParameters":{"count":10}}"""),
        await FailAsync(
            (invocation, _, _) => Task.FromResult(
                FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request) ? request.ReadBody(OrderJson.Default.Order) : null),
            """{"version":"2.0","requestContext":{"http":{"method":"POST"}},"isBase64Encoded":true,"body":"no base64!"}"""),
    ]);

    [Fact]
    public async Task A_header_that_is_refused() => Page.Shows(
    [
        await RefuseAsync(new(200, ("X-Note", "one\ntwo"))),
        await RefuseAsync(new(200, ("Content-Disposition", "attachment; filename=\"Zürich.csv\""))),
        await RefuseAsync(new(200, ("X-Model", null!))),
        await RefuseAsync(new(200, ("X Model", "m1"))),
        await RefuseAsync(new(200, ("Content-Length", "5"))),
        await RefuseAsync(new(200, ("Set-Cookie", "session=1"))),
        Describe(Assert.Throws<ArgumentException>(
            () => new StatusAndHeaders(200, ("Content-Type", "text/html"), ("content-type", "text/plain")))),
    ]);

    [Fact]
    public async Task A_status_out_of_range() => Page.Shows(await RefuseAsync(new(0)));

    [Fact]
    public async Task Too_much_in_the_headers() => Page.Shows(await RefuseAsync(new(200, ("X-Data", new string('x', 20_000)))));

    [Fact]
    public async Task The_deadline_is_near() => Page.Shows(await FailAsync(
        (_, _, cancellationToken) => Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken),
        timeout: TimeSpan.FromMilliseconds(300)));

    [Fact]
    public async Task A_keep_alive_that_comes_too_late()
    {
        var clock = new ManualClock { AutoAdvance = true };
        var host = new TestHost((_, response, token) => response.SendServerSentEventsAsync(
            NeverAsync(token), options: new() { TimeProvider = clock }, cancellationToken: token))
        { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(15) };

        TestResponse response = await host.InvokeAsync("{}"u8.ToArray());

        Page.Shows([response.BodyText, $"{response.Error?.Type}: {response.Error?.Message}"]);

        static async IAsyncEnumerable<SseItem<string>> NeverAsync([EnumeratorCancellation] CancellationToken token)
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            yield break;
        }
    }

    [Fact]
    public void A_time_that_no_timer_can_count() => Page.Shows(
    [
        Describe(Assert.Throws<ArgumentOutOfRangeException>(() => new LambdaRuntimeOptions { ShutdownWindow = TimeSpan.MaxValue })),
        Describe(Assert.Throws<ArgumentOutOfRangeException>(() => new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.Zero })),
    ]);

    [Fact]
    public async Task A_redirect_to_nowhere() => Page.Shows(
    [
        Describe(await CatchAsync(response => response.SendRedirectAsync("/x", new(200)))),
        Describe(await CatchAsync(response => response.SendRedirectAsync("/x", new(302, ("Location", "/y"))))),
    ]);

    [Fact]
    public async Task A_problem_with_half_a_member() => Page.Shows(Describe(await CatchAsync(
        response => response.SendProblemAsync(new HttpProblem { WriteMembers = json => json.WriteStartObject("half"u8) }))));

    [Fact]
    public async Task A_response_made_raw_too_late() => Page.Shows(
    [
        Describe(await CatchAsync(async response =>
        {
            await response.WriteAsync("a");
            response.IsRaw = true;
        })),
        Describe(await CatchAsync(async response =>
        {
            await response.WriteAsync("a");
            response.ContentType = "text/csv";
        })),
    ]);

    [Fact]
    public async Task Spans_that_are_not_exported()
    {
        var traced = new TracedStreamingHandler(
            new DelegateStreamingHandler((_, response, token) => response.WriteAndFinishAsync("done", token).AsTask()),
            _ => throw new HttpRequestException("Connection refused (localhost:4318)"));

        Page.Shows((await new TestHost(traced).InvokeAsync("{}"u8.ToArray())).Log);
    }

    /// <summary>The failure of an invocation as the log has it: the error's type and message.</summary>
    private static async Task<string> FailAsync(
        Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle, string eventJson = "{}", TimeSpan? timeout = null)
    {
        var host = new TestHost(handle) { Timeout = timeout ?? TimeSpan.FromMinutes(1) };
        TestResponse response = await host.InvokeAsync(Encoding.UTF8.GetBytes(eventJson));
        const int error = 4; // After time, level, request id and "The invocation failed."
        return Assert.Single(response.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Split('\t')[error];
    }

    /// <summary>What a call throws at the handler.</summary>
    private static async Task<Exception> CatchAsync(Func<ResponseStreamWriter, Task> misuse)
    {
        Exception? thrown = null;
        await new TestHost(async (_, response, _) =>
        {
            thrown = await Record.ExceptionAsync(() => misuse(response));
            await response.WriteAndFinishAsync("b");
        }).InvokeAsync("{}"u8.ToArray());
        return Assert.IsAssignableFrom<Exception>(thrown);
    }

    private static Task<string> RefuseAsync(StatusAndHeaders head) =>
        FailAsync((_, response, _) => response.WriteStatusAndHeadersAsync(head).AsTask());

    private static string Describe(Exception error) => $"{error.GetType().Name}: {error.Message}";

    internal sealed record Order(string Item, int Quantity);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Order))]
    private sealed partial class OrderJson : JsonSerializerContext;
}
