using System.Buffers;
using System.Text.Json;

namespace StreamingLambda.Runtime.Json;

/// <summary>JSON that is put together in memory.</summary>
/// <param name="size">How many bytes it will probably have.</param>
/// <param name="options">How it is written.</param>
internal sealed class JsonBuffer(int size, JsonWriterOptions options = default) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(size);
    private Utf8JsonWriter? _writer;

    /// <summary>Takes the JSON.</summary>
    public Utf8JsonWriter Writer => _writer ??= new Utf8JsonWriter(_bytes, options);

    /// <summary>Ends the JSON and appends what is to stand behind it.</summary>
    /// <returns>All of it; it stays valid when this is disposed of.</returns>
    public ReadOnlyMemory<byte> End(ReadOnlySpan<byte> after = default)
    {
        Writer.Flush();
        _bytes.Write(after);
        return _bytes.WrittenMemory;
    }

    public void Dispose() => _writer?.Dispose();
}
