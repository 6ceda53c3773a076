using System.Buffers;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>For an invocation whose response nobody takes; an observer may see it on its way.</summary>
internal sealed class NoReceiver(InvokeMode mode) : IResponseReceiver
{
    public InvokeMode Mode => mode;

    public void Start(string? contentType)
    {
        // Nobody is told.
    }

    public ValueTask WriteAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
