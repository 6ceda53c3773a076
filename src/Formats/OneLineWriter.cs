using System.Buffers;

namespace StreamingLambda.Formats;

/// <summary>Passes JSON on in one line, in the place where it was written. In JSON a line break can only stand between tokens, where a space does as
/// well.</summary>
internal sealed class OneLineWriter : IBufferWriter<byte>
{
    private Memory<byte> _memory;

    /// <summary>Where the JSON goes.</summary>
    public IBufferWriter<byte> Output { get; set; } = new ArrayBufferWriter<byte>();

    public Memory<byte> GetMemory(int sizeHint = 0) => _memory = Output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        Span<byte> written = _memory.Span[..count];
        written.Replace((byte)'\n', (byte)' ');
        written.Replace((byte)'\r', (byte)' ');
        Output.Advance(count);
        _memory = _memory[count..];
    }
}
