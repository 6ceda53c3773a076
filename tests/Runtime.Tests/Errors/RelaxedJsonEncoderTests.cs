using System.Buffers;
using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Errors;

namespace StreamingLambda.Runtime.Tests.Errors;

/// <summary>.NET's own reader has to understand what is written, and its own encoder says what must be escaped.</summary>
public sealed class RelaxedJsonEncoderTests
{
    [Fact]
    public void Every_character_of_Unicode_comes_back_from_a_reader()
    {
        var all = new StringBuilder();
        for (int scalar = 0; scalar <= 0x10FFFF; scalar++)
        {
            if (!Rune.IsValid(scalar))
                continue;
            all.Append(new Rune(scalar).ToString());
            if (scalar % 0x1000 != 0xFFF)
                continue;
            string text = all.ToString();
            Assert.Equal(text, Read(Write(text)));
            // As the name of a member it is escaped from its bytes in UTF-8.
            Assert.Equal(text, ReadName(WriteName(text)));
            all.Clear();
        }
    }

    [Theory]
    [InlineData("plain text, 'quoted' & <tagged> + more", "plain text, 'quoted' & <tagged> + more")]
    [InlineData("Zoë 🙂", "Zoë 🙂")]
    [InlineData("\"\\/", "\\\"\\\\/")]
    [InlineData("\b\t\n\f\r", "\\b\\t\\n\\f\\r")]
    [InlineData("\0\u001F\u007F\u0085", "\\u0000\\u001F\\u007F\\u0085")]
    [InlineData("a\u2028b\u2029c", "a\\u2028b\\u2029c")]
    public void Only_what_has_to_be_is_escaped(string text, string escaped) => Assert.Equal($"\"{escaped}\"", Write(text));

    /// <summary>No theory: halves of pairs look alike in the names of its cases, and only one of them would run.</summary>
    [Fact]
    public void Half_of_a_pair_becomes_the_replacement_character() => Assert.All(
        ["\uD83D", "\uDE42", "a\uD83Db", "a\uDE42\uD83D"],
        text => Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), Read(Write(text))));

    [Fact]
    public void Nothing_is_escaped_that_the_frameworks_relaxed_encoder_leaves()
    {
        for (char c = '\0'; c < 0xD800; c++)
        {
            if (!System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping.WillEncode(c))
                Assert.False(RelaxedJsonEncoder.Shared.WillEncode(c), $"U+{(int)c:X4}");
        }
    }

    [Theory]
    [InlineData("\"", 2)]
    [InlineData("\u0001", 6)]
    [InlineData("a\"", 3)]
    public void Room_that_is_too_small_is_refused_and_not_overrun(string text, int room)
    {
        char[] destination = new char[room + 1];
        destination[room] = '#';

        OperationStatus refused = RelaxedJsonEncoder.Shared.Encode(text, destination.AsSpan(0, room - 1), out _, out _);
        OperationStatus taken = RelaxedJsonEncoder.Shared.Encode(text, destination.AsSpan(0, room), out _, out int written);

        Assert.Equal((OperationStatus.DestinationTooSmall, OperationStatus.Done, room, '#'), (refused, taken, written, destination[room]));
    }

    private static string Write(string text) => Write(json => json.WriteStringValue(text));

    private static string WriteName(string name) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNull(Encoding.UTF8.GetBytes(name));
        json.WriteEndObject();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ErrorReport.JsonOptions))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetString();
    }

    private static string ReadName(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().Single().Name;
    }
}
