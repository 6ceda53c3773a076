using System.Diagnostics;

namespace StreamingLambda.Runtime.Tracing;

/// <summary>Runs a handler inside of an <see cref="Activity"/> that goes on with Lambda's trace: <see cref="Activity.Current"/> carries its trace id,
/// and what listens to the source <see cref="SourceName"/>, such as OpenTelemetry, gets a span for each invocation.</summary>
/// <remarks>
/// <para>Only a program that names this type has <see cref="Activity"/> in its binary.</para>
/// <para>Lambda's own form of the trace is <see cref="Invocation.TraceId"/>. Without one, or with one that is not X-Ray's, a new trace begins.</para>
/// <para>The span is named as the function is. Its tags are those of OpenTelemetry's conventions: <c>faas.invocation_id</c>, the request id, and
/// <c>cloud.resource_id</c>, the ARN.</para>
/// </remarks>
/// <example>
/// <code>
/// return await LambdaRuntime.RunAsync(new TracedStreamingHandler(new Hello()));
/// </code>
/// </example>
public sealed class TracedStreamingHandler : IStreamingLambdaHandler, IAsyncDisposable
{
    /// <summary>The name of the source that spans come from.</summary>
    public const string SourceName = "StreamingLambda";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly IStreamingLambdaHandler _handler;
    private readonly Func<CancellationToken, Task>? _exportAsync;

    /// <summary>Creates the handler.</summary>
    /// <param name="handler">Handles the invocations, and is disposed of with this one.</param>
    /// <param name="exportAsync">Called when the handler has ended: sends the spans to where they are kept, while the environment still runs. A
    /// caller that has the whole response does not wait for it, the next invocation does. It gets the invocation's token. What it throws is logged,
    /// and fails nothing. Null where spans are not sent, or in another way.</param>
    public TracedStreamingHandler(IStreamingLambdaHandler handler, Func<CancellationToken, Task>? exportAsync = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;
        _exportAsync = exportAsync;
    }

    /// <inheritdoc />
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        try
        {
            await TraceAsync(invocation, response, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ExportAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes of the handler that was given, if it is <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>.</summary>
    public ValueTask DisposeAsync() => HandlerDisposal.DisposeAsync(_handler);

    private async Task TraceAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        using Activity activity = Start(invocation);
        try
        {
            await _handler.HandleAsync(invocation, response, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            activity.SetStatus(ActivityStatusCode.Error, e.Message);
            activity.AddException(e);
            throw;
        }
    }

    private async Task ExportAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (_exportAsync is null)
            return;
        try
        {
            await _exportAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            invocation.Log.Warn("The spans of the invocation were not exported.", e);
        }
    }

    private static Activity Start(Invocation invocation)
    {
        string name = NameOf(invocation.InvokedFunctionArn);
        ActivityContext parent = XRayTrace.Read(invocation.TraceId);
        Activity? activity = Source.CreateActivity(name, ActivityKind.Server, parent);
        if (activity is null)
        {
            // Nobody listens, or the trace is not sampled: the trace id is there all the same.
            activity = new Activity(name);
            if (parent != default)
                activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        }
        activity.SetTag("faas.invocation_id", invocation.RequestId);
        activity.SetTag("cloud.resource_id", invocation.InvokedFunctionArn);
        return activity.Start();
    }

    /// <summary>The name in <c>arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER</c>.</summary>
    private static string NameOf(string functionArn) => functionArn.Split(':') is [_, _, _, _, _, _, { Length: > 0 } name, ..] ? name : "invocation";
}
