using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingLambda.Formats;

/// <summary>Writes one value after the other as JSON, each without a line break, whatever the type's options say of indentation, and whatever its
/// converters write.</summary>
internal sealed class JsonItemWriter<T>(JsonTypeInfo<T> typeInfo) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _item = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = typeInfo.Options.Encoder });

    public void Write(IBufferWriter<byte> output, T item)
    {
        _item.ResetWrittenCount();
        _json.Reset(_item);
        JsonSerializer.Serialize(_json, item, typeInfo);
        _json.Flush();
        // A converter may write raw JSON. In JSON a line break can only stand between tokens, where a space does as well.
        ReadOnlySpan<byte> written = _item.WrittenSpan;
        Span<byte> line = output.GetSpan(written.Length)[..written.Length];
        written.Replace(line, (byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        output.Advance(line.Length);
    }

    public void Dispose() => _json.Dispose();
}
