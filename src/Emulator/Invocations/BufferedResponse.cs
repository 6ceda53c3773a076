using System.Buffers;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>Collects a response for callers that take it in one piece.</summary>
internal sealed class BufferedResponse : IResponseReceiver
{
    private readonly ArrayBufferWriter<byte> _body = new();

    public InvokeMode Mode => InvokeMode.Buffered;

    /// <summary>The content type that the runtime gave.</summary>
    public string? ContentType { get; private set; }

    /// <summary>What has arrived.</summary>
    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    public void Start(string? contentType) => ContentType = contentType;

    public ValueTask WriteAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> segment in data)
            _body.Write(segment.Span);
        return ValueTask.CompletedTask;
    }
}
