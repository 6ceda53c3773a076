using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.WorkloadFunction;

namespace StreamingLambda.TypedFunction;

/// <summary>Streams what the typed event asks for.</summary>
internal sealed class OrderHandler : IJsonStreamingHandler<Order>
{
    public Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        WorkloadResponse.SendAsync(
            new(input.Name, input.Count, input.Size, input.Bytes, input.Chunk) { PerSecond = input.PerSecond }, response, cancellationToken);
}
