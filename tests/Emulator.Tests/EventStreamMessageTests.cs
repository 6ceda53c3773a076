using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using StreamingLambda.Emulator.Doors.LambdaApi;

namespace StreamingLambda.Emulator.Tests;

public sealed class EventStreamMessageTests
{
    [Fact]
    public void An_empty_InvokeComplete_has_the_bytes_that_AWS_sends()
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventStreamMessage.WriteComplete(buffer, "{}"u8);
        byte[] golden =
        [
            .. Convert.FromHexString("00000066000000541f56c869"),
            0x0b, .. ":event-type"u8, 7, 0, 14, .. "InvokeComplete"u8,
            0x0d, .. ":content-type"u8, 7, 0, 16, .. "application/json"u8,
            0x0d, .. ":message-type"u8, 7, 0, 5, .. "event"u8,
            .. "{}"u8,
            .. Convert.FromHexString("7006d467"),
        ];

        Assert.Equal(golden, buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_chunk_carries_its_payload_and_the_length_of_everything()
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventStreamMessage.WriteChunk(buffer, "payload"u8);

        Assert.Equal(buffer.WrittenCount, BinaryPrimitives.ReadInt32BigEndian(buffer.WrittenSpan));
        Assert.Equal("payload", Encoding.UTF8.GetString(buffer.WrittenSpan[^11..^4]));
        Assert.Equal(Crc32.Of(buffer.WrittenSpan[..^4]), BinaryPrimitives.ReadUInt32BigEndian(buffer.WrittenSpan[^4..]));
    }

    [Fact]
    public void The_checksum_is_that_of_zip() => Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));
}
