using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingLambda.Formats;

/// <summary>Writes one value after the other as JSON, each without a line break, whatever the type's options say of indentation, and whatever its
/// converters write.</summary>
internal sealed class JsonItemWriter<T>(JsonTypeInfo<T> typeInfo) : IDisposable
{
    private readonly OneLineWriter _line = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = typeInfo.Options.Encoder });

    public void Write(IBufferWriter<byte> output, T item)
    {
        _line.Output = output;
        _json.Reset(_line);
        JsonSerializer.Serialize(_json, item, typeInfo);
        _json.Flush();
    }

    public void Dispose()
    {
        // After a failure the writer still holds a part of an item. Disposing it would pass that on, to a buffer that its owner has given back.
        _json.Reset();
        _json.Dispose();
    }
}
