using StreamingLambda.Runtime;

namespace StreamingLambda.WorkloadFunction;

/// <summary>Streams what the event's body asks for. As little as a handler can do, so that the runtime is what the benchmark measures.</summary>
internal sealed class WorkloadHandler : IStreamingLambdaHandler
{
    public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        WorkloadResponse.SendAsync(Workload.Read(invocation.Event.Span), response, cancellationToken);
}
