// application/vnd.amazon.eventstream, https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>
/// Frames one message: total length, headers length, CRC of both, headers, payload, CRC of everything before. Numbers are big-endian.
/// </summary>
internal static class EventStreamMessage
{
    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;
    private const byte StringType = 7;

    private static readonly byte[] ChunkHeaders = Headers("PayloadChunk", "application/octet-stream");
    private static readonly byte[] CompleteHeaders = Headers("InvokeComplete", "application/json");

    /// <summary>A piece of the response.</summary>
    public static void WriteChunk(IBufferWriter<byte> writer, ReadOnlySpan<byte> payload) => Write(writer, ChunkHeaders, payload);

    /// <summary>The end of the invocation, with its error if there was one.</summary>
    public static void WriteComplete(IBufferWriter<byte> writer, ReadOnlySpan<byte> json) => Write(writer, CompleteHeaders, json);

    private static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        Span<byte> prelude = stackalloc byte[PreludeLength];
        BinaryPrimitives.WriteInt32BigEndian(prelude, PreludeLength + headers.Length + payload.Length + ChecksumLength);
        BinaryPrimitives.WriteInt32BigEndian(prelude[4..], headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(prelude[8..], Crc32.Of(prelude[..8]));
        uint checksum = Crc32.Of(payload, Crc32.Of(headers, Crc32.Of(prelude)));
        writer.Write(prelude);
        writer.Write(headers);
        writer.Write(payload);
        Span<byte> end = stackalloc byte[ChecksumLength];
        BinaryPrimitives.WriteUInt32BigEndian(end, checksum);
        writer.Write(end);
    }

    private static byte[] Headers(string eventType, string contentType) =>
        [.. Header(":event-type", eventType), .. Header(":content-type", contentType), .. Header(":message-type", "event")];

    private static byte[] Header(string name, string value) =>
    [
        (byte)name.Length, .. Encoding.ASCII.GetBytes(name),
        StringType, (byte)(value.Length >> 8), (byte)value.Length, .. Encoding.ASCII.GetBytes(value),
    ];
}
