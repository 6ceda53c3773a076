using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingLambda.Runtime.Events;

/// <summary>The body of a request, which every event of HTTP has in the same two members: <c>body</c> and <c>isBase64Encoded</c>.</summary>
internal sealed class EventBody(EventValue request)
{
    public string? Text => request["body"].ReadText();

    public bool IsBase64Encoded => request["isBase64Encoded"].ReadBoolean();

    /// <summary>The bytes: decoded from base64, or the text in UTF-8.</summary>
    /// <exception cref="FormatException">The event says that its body is base64, and it is not; or the body is not text.</exception>
    public ReadOnlyMemory<byte> Read() => IsBase64Encoded ? request["body"].ReadBase64() : request["body"].ReadUtf8();

    /// <summary>The text, without a byte order mark before it.</summary>
    /// <exception cref="FormatException">As for <see cref="Read"/>.</exception>
    public string ReadText() => Encoding.UTF8.GetString(EventValue.WithoutByteOrderMark(Read()).Span);

    /// <summary>The value that the body has in JSON.</summary>
    /// <exception cref="JsonException">It has none of this type, or the body cannot be read at all.</exception>
    public T? Read<T>(JsonTypeInfo<T> typeInfo)
    {
        ReadOnlyMemory<byte> body;
        try
        {
            body = Read();
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
        return Invocation.ReadJson(body, "body of the request", typeInfo);
    }
}
