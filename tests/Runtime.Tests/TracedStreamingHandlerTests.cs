using System.Diagnostics;

using StreamingLambda.Runtime.Tracing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>Each invocation as a span of Lambda's trace.</summary>
public sealed class TracedStreamingHandlerTests
{
    private const string Trace = "5759e988bd862e3fe1be46a994272793";
    private const string Span = "53995c3f42cd8ad8";
    private const string Header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a:0";

    [Theory]
    [InlineData(Header, Span, true)]
    [InlineData("Sampled=0; Parent=53995c3f42cd8ad8; Root=1-5759e988-bd862e3fe1be46a994272793", Span, false)]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?", null, false)]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=xyz;Sampled=1", null, true)]
    public async Task The_current_activity_carries_the_trace_id(string header, string? parent, bool isRecorded)
    {
        Activity seen = await InvokeAsync(header);

        Assert.Equal(Trace, seen.TraceId.ToHexString());
        Assert.Equal(isRecorded, seen.Recorded);
        if (parent is not null)
            Assert.Equal(parent, seen.ParentSpanId.ToHexString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-5759E988-bd862e3fe1be46a994272793")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279g")]
    [InlineData("Root=1-00000000-000000000000000000000000")]
    [InlineData("Root=2-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Root;Parent;Sampled=1")]
    public async Task Without_a_trace_of_X_Ray_s_form_a_new_one_begins(string? header)
    {
        Activity seen = await InvokeAsync(header);

        Assert.NotEqual(default, seen.TraceId);
        Assert.NotEqual(Trace, seen.TraceId.ToHexString());
        Assert.Equal(default, seen.ParentSpanId);
    }

    [Fact]
    public async Task A_listener_gets_a_span_with_name_tags_and_failure()
    {
        var ended = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TracedStreamingHandler.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId.ToHexString() == Trace
                ? ActivitySamplingResult.AllDataAndRecorded
                : ActivitySamplingResult.None,
            ActivityStopped = activity => ended.TrySetResult(activity),
        };
        ActivitySource.AddActivityListener(listener);
        await using var api = new ScriptedRuntimeApi();
        var handler = new DelegateStreamingHandler((_, _, _) => throw new TimeoutException("too slow"));
        await using var runtime = new RunningRuntime(api, _ => new TracedStreamingHandler(handler));
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Trace-Id", Header),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:numbers:live"));
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Activity span = await ended.Task.WaitAsync(Limits.Step);
        Assert.Equal("Function.TimeoutException", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal(("numbers", ActivityKind.Server, Span), (span.DisplayName, span.Kind, span.ParentSpanId.ToHexString()));
        Assert.Equal("request-1", span.GetTagItem("faas.invocation_id"));
        Assert.Equal("arn:aws:lambda:eu-central-1:123456789012:function:numbers:live", span.GetTagItem("cloud.resource_id"));
        Assert.Equal((ActivityStatusCode.Error, "too slow"), (span.Status, span.StatusDescription));
        Assert.Equal("exception", Assert.Single(span.Events).Name);
    }

    [Fact]
    public async Task Spans_are_exported_after_the_response_and_before_the_next_event()
    {
        var exporting = new Gate();
        var exported = new Gate();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, _ => new TracedStreamingHandler(
            new DelegateStreamingHandler((_, response, token) => response.WriteAndFinishAsync("answer", token).AsTask()),
            async _ =>
            {
                Assert.Null(Activity.Current);
                exporting.Open();
                await exported.WaitAsync();
            }));
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();
        Assert.Equal("answer", (await connection.ReadRequestAsync()).BodyText);
        await connection.AnswerAsync(202);
        await exporting.WaitAsync();
        Task<RecordedHead> next = connection.ReadHeadAsync();

        Assert.False(next.IsCompleted);
        exported.Open();
        Assert.True((await next).IsNext);
        Assert.Empty(runtime.LogLines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_export_that_fails_is_logged_and_fails_nothing(bool handlerFails)
    {
        await using var api = new ScriptedRuntimeApi();
        var handler = new DelegateStreamingHandler(async (_, response, token) =>
        {
            if (handlerFails)
                throw new FormatException("the handler's own");
            await response.WriteAndFinishAsync("answer", token);
        });
        await using var runtime = new RunningRuntime(
            api, _ => new TracedStreamingHandler(handler, _ => throw new HttpRequestException("no collector")));
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);
        Assert.True((await connection.ReadHeadAsync()).IsNext);

        Assert.Equal(handlerFails ? "Function.FormatException" : null, post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Contains(
            "WARN\trequest-1\tThe spans of the invocation were not exported.\tHttpRequestException: no collector",
            runtime.LogLines[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_disposed_of_together_with_the_handler()
    {
        var inner = new Disposable();

        await new TracedStreamingHandler(inner).DisposeAsync();
        await new TracedStreamingHandler(new DelegateStreamingHandler((_, _, _) => Task.CompletedTask)).DisposeAsync();

        Assert.True(inner.IsDisposed);
    }

    private static async Task<Activity> InvokeAsync(string? header)
    {
        var seen = new TaskCompletionSource<Activity?>();
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, _ => new TracedStreamingHandler(new DelegateStreamingHandler(async (_, response, token) =>
        {
            await Task.Yield();
            seen.SetResult(Activity.Current);
            await response.WriteAndFinishAsync("a", token);
        })));
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync("request-1", "{}", header is null ? [] : [("Lambda-Runtime-Trace-Id", header)]);
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);
        return Assert.IsType<Activity>(await seen.Task.WaitAsync(Limits.Step));
    }

    private sealed class Disposable : IStreamingLambdaHandler, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => IsDisposed = true;
    }
}
