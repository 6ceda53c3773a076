using System.Buffers;
using System.Text;
using StreamingLambda.Emulator.Doors.FunctionUrl;

namespace StreamingLambda.Emulator.Tests;

public sealed class PreludeParserTests
{
    private const string Json = """{"statusCode":201,"headers":{"a":"b"},"multiValueHeaders":{"c":["d","e"]},"cookies":["f=g"]}""";

    [Fact]
    public void It_finds_the_body_wherever_the_stream_is_split()
    {
        byte[] stream = Encoding.UTF8.GetBytes(Json + new string('\0', 8) + "\0body");
        for (int first = 0; first <= stream.Length; first++)
        {
            for (int second = first; second <= stream.Length; second++)
            {
                var parser = new PreludeParser();
                Prelude? prelude = null;
                var body = new StringBuilder();
                foreach (byte[] piece in new[] { stream[..first], stream[first..second], stream[second..] })
                {
                    var data = new ReadOnlySequence<byte>(piece);
                    prelude ??= parser.Read(ref data);
                    body.Append(Encoding.UTF8.GetString(data));
                }

                Assert.Equal(201, prelude!.StatusCode);
                Assert.Equal([new("a", "b")], prelude.Headers);
                Assert.Equal([new("c", "d"), new("c", "e")], prelude.MultiValueHeaders);
                Assert.Equal(["f=g"], prelude.Cookies);
                Assert.Equal("\0body", body.ToString());
            }
        }
    }

    [Fact]
    public void Seven_NULs_are_refused_with_their_number()
    {
        var data = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("{}" + new string('\0', 7) + "body"));
        FormatException refused = Assert.Throws<FormatException>(() => new PreludeParser().Read(ref data));

        Assert.Contains("only 7 of the eight NUL bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_without_NULs_is_refused_before_it_fills_the_memory()
    {
        var data = new ReadOnlySequence<byte>(new byte[200_000].Select(_ => (byte)'x').ToArray());
        Assert.Throws<FormatException>(() => new PreludeParser().Read(ref data));
    }
}
