using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;
using StreamingLambda.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Writing a handler": the mistakes that show while a handler runs.</summary>
public sealed partial class WritingTests
{
    private static readonly StatusAndHeaders Head = new(200, ("Content-Type", "text/plain"));

    [Fact]
    public async Task Writing_after_the_end() => Page.Shows(await FailAsync(async (_, response, _) =>
    {
        await response.WriteAndFinishAsync("done");
        await response.WriteAsync("more");
    }));

    [Fact]
    public async Task Finishing_twice() => Page.Shows(await FailAsync(async (_, response, _) =>
    {
        await response.WriteAndFinishAsync("done");
        await response.FinishAsync();
    }));

    [Fact]
    public async Task Status_and_headers_too_late() => Page.Shows(await FailAsync(async (_, response, _) =>
    {
        await response.WriteAsync("first");
        await response.WriteStatusAndHeadersAsync(Head);
    }));

    [Fact]
    public async Task Status_and_headers_before_a_Send_method() => Page.Shows(await FailAsync(async (_, response, token) =>
    {
        await response.WriteStatusAndHeadersAsync(Head, token);
        await response.SendTextAsync("text", token);
    }));

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
    public async Task A_request_with_a_member_of_another_form() => Page.Shows(await FailAsync(
        (invocation, _, _) => Task.FromResult(
            FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request) ? request.GetQuery("count") : null),
        """{"version":"2.0","requestContext":{"http":{"method":"GET"}},"queryStringParameters":{"count":10}}"""));

    [Fact]
    public async Task A_line_break_in_a_header() => Page.Shows(await RefuseAsync(new(200, ("X-Note", "one\ntwo"))));

    [Fact]
    public async Task A_header_with_a_character_outside_of_ASCII() =>
        Page.Shows(await RefuseAsync(new(200, ("Content-Disposition", "attachment; filename=\"Zürich.csv\""))));

    [Fact]
    public async Task Content_Length_as_a_header() => Page.Shows(await RefuseAsync(new(200, ("Content-Length", "5"))));

    [Fact]
    public async Task Set_Cookie_as_a_header() => Page.Shows(await RefuseAsync(new(200, ("Set-Cookie", "session=1"))));

    [Fact]
    public void A_header_given_twice() => Page.Shows(Describe(
        Assert.Throws<ArgumentException>(() => new StatusAndHeaders(200, ("Content-Type", "text/html"), ("content-type", "text/plain")))));

    [Fact]
    public async Task A_status_out_of_range() => Page.Shows(await RefuseAsync(new(0)));

    [Fact]
    public async Task Too_much_in_the_headers() => Page.Shows(await RefuseAsync(new(200, ("X-Data", new string('x', 20_000)))));

    [Fact]
    public async Task The_deadline_is_near() => Page.Shows(await FailAsync(
        (_, _, cancellationToken) => Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken),
        timeout: TimeSpan.FromMilliseconds(300)));

    [Fact]
    public async Task A_caller_that_does_not_read() => Page.Shows(
        await LogOfAsync("/flood", async connection => await connection.ReadHeadAsync()));

    [Fact]
    public async Task An_answer_that_does_not_come() => Page.Shows(
        await LogOfAsync("/", async connection => await connection.ReadRequestAsync()));

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
    public async Task A_request_id_that_no_path_can_name()
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = StartCareless(api);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync("..");

        Page.Shows((await function.WaitForOutputAsync("^.*is left out.*$")).Value);
    }

    [Fact]
    public void A_time_that_no_timer_can_count() => Page.Shows(Describe(
        Assert.Throws<ArgumentOutOfRangeException>(() => new LambdaRuntimeOptions { ShutdownWindow = TimeSpan.MaxValue })));

    [Fact]
    public async Task A_redirect_to_nowhere() => Page.Shows(Describe(await CatchAsync(response => response.SendRedirectAsync("/x", new(200)))));

    [Fact]
    public async Task A_response_made_raw_too_late() => Page.Shows(Describe(await CatchAsync(async response =>
    {
        await response.WriteAsync("a");
        response.IsRaw = true;
    })));

    [Fact]
    public async Task Log_lines_that_are_missing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Makes its pipe with a shell.");
        using var directory = new TemporaryDirectory();
        await using var api = new ScriptedRuntimeApi();
        // A FIFO that is full. The shell's own descriptor, which the function inherits, keeps it open.
        const string script = """mkfifo "$1/pipe"; exec 3<>"$1/pipe"; head -c 65536 /dev/zero >&3; exec "$0" >"$1/pipe" """;
        await using var function = RunningProgram.Start("/bin/sh", ["-c", script, BuiltPrograms.Bootstrap, directory.Path],
            new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address, ["_HANDLER"] = "ConditionalStreamingHandler" });
        ScriptedConnection connection = await api.AcceptAsync();
        await FailAsync(connection, times: 2);
        using var log = new StreamReader(File.OpenRead(Path.Combine(directory.Path, "pipe")));
        Assert.Equal(65_536, await log.ReadBlockAsync(new char[65_536]));
        await FailAsync(connection, times: 1);

        Page.Shows((await log.ReadLineAsync())!);

        static async Task FailAsync(ScriptedConnection connection, int times)
        {
            for (int i = 0; i < times; i++)
            {
                await connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", "none"));
                await connection.ReadRequestAsync();
                await connection.AnswerAsync(202);
            }
        }
    }

    [Fact]
    public async Task A_test_that_never_ends()
    {
        var host = new TestHost((_, _, _) => new TaskCompletionSource().Task) { WaitLimit = TimeSpan.FromMilliseconds(50) };

        Page.Shows(Describe(await Assert.ThrowsAsync<TimeoutException>(() => host.InvokeAsync("{}"u8.ToArray()))));
    }

    /// <summary>What a function in a process of its own logs, after a second that its invocation has, when the Runtime API does no more than
    /// this.</summary>
    private static async Task<string> LogOfAsync(string path, Func<ScriptedConnection, Task> act)
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = StartCareless(api);
        ScriptedConnection connection = await api.AcceptAsync();
        string deadline = (TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await connection.GiveInvocationAsync(
            "request-1", Encoding.UTF8.GetString(FunctionUrlEvent.Get(path).Span), ("Lambda-Runtime-Deadline-Ms", deadline));
        await act(connection);
        const int error = 4; // After time, level, request id and "The invocation failed."
        return string.Join('\t', (await function.WaitForOutputAsync("^.*\tERROR\t.*$")).Value.Split('\t')[error..]);
    }

    private static RunningProgram StartCareless(ScriptedRuntimeApi api) => RunningProgram.Start(
        BuiltPrograms.CarelessFunction, [], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address });

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
