using System.Globalization;
using System.Text;

using CsCheck;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Makes answers of HTTP/1.1 in every form that the standard allows, and damages some of them.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9112</remarks>
internal static class AnswerGenerator
{
    private enum Framing
    {
        Length,
        Chunked,
        UntilClose,
    }

    /// <summary>An answer in parts, so that one of them can be damaged.</summary>
    private sealed record Parts(string Interim, string StatusLine, string Fields, byte[] FramedBody)
    {
        public byte[] ToBytes() => [.. Encoding.UTF8.GetBytes($"{Interim}{StatusLine}\r\n{Fields}\r\n"), .. FramedBody];
    }

    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcXYZ019-_.!~"], 1, 12].Select(name => "X-" + name);
    private static readonly Gen<string> Value = Gen.String[Gen.Char["ab;,=\"/ \t:é☃"], 0, 20].Select(value => value.Trim(' ', '\t'));
    private static readonly Gen<string> Space = Gen.String[Gen.Char[" \t"], 0, 3];

    private static readonly Gen<string> Field = Gen.Select(Name, Space, Value, Space)
        .Select((name, before, value, after) => $"{name}:{before}{value}{after}\r\n");

    private static readonly Gen<string> Fields = Field.Array[0, 5].Select(string.Concat);
    private static readonly Gen<string> Reason = Gen.OneOfConst("", " ", " OK", " Not what you think \u00e9");

    private static readonly Gen<string> Interim = Gen.Select(Gen.Int[100, 199].Where(status => status != 101), Reason, Fields)
        .Select((status, reason, fields) => $"HTTP/1.1 {status}{reason}\r\n{fields}\r\n").Array[0, 4].Select(string.Concat);

    private static readonly Gen<byte[]> Body = Gen.OneOf(
        Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 3000], Gen.Const("\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"u8.ToArray()));

    private static readonly Gen<string> Extension = Gen.OneOfConst("", "", ";", ";a=b", " ; name=\"v\"");

    private static readonly Gen<(int Size, string Digits, string Extension)> ChunkForm =
        Gen.Select(Gen.Int[1, 700], Gen.OneOfConst("x", "X", "x4", "X8"), Extension).Select((size, digits, extension) => (size, digits, extension));

    private static readonly Gen<(AnswerCase Case, Parts Parts, Framing Framing)> WellFormed =
        from interim in Interim
        from status in Gen.OneOf(Gen.Int[200, 599], Gen.OneOfConst(200, 202, 204, 304))
        from reason in Reason
        from fields in Fields
        from moreFields in Fields
        from framing in Gen.Enum<Framing>()
        from connection in Gen.OneOfConst("", "", "", "Connection: close\r\n", "connection: keep-alive\r\n", "Connection: Close, x\r\n")
        from body in Body
        from chunks in ChunkForm.Array[1, 5]
        from trailers in Fields
        from cuts in Gen.Double[0, 1].Array[0, 12]
        select Create(interim, status, reason, fields, moreFields, framing, connection, body, chunks, trailers, cuts);

    /// <summary>What nobody may take for an answer, whatever else is in it.</summary>
    private static readonly Gen<Func<Parts, Parts>> Damage = Gen.OneOf(
        Gen.OneOfConst(
                "HTTP/2 200", "HTTP/1.1 20", "HTTP/1.1 abc OK", "HTTP/1.1 099 OK", "HTTP/1.1200 OK", "http/1.1 200 OK",
                "HTTP/1.1 2004 OK", "HTTP/1.1 200OK", "HTTP/1.1 600 OK", "SSH-2.0-OpenSSH_9.6")
            .Select(line => (Func<Parts, Parts>)(parts => parts with { StatusLine = line })),
        Gen.OneOfConst(
                "no colon", ": no name", "bad name: x", " folded: x", "X: a\rb", "X: a\0b", "Content-Length: five", "Content-Length: -1",
                "Content-Length:", "Content-Length: 1 2", "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked",
                "Content-Length: 5\r\nTransfer-Encoding: chunked")
            .Select(line => (Func<Parts, Parts>)(parts => parts with { Fields = parts.Fields + line + "\r\n" })),
        Gen.OneOfConst(
                "xyz\r\n", "-5\r\nhello\r\n0\r\n\r\n", "\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "ffffffff\r\n", "fffffffff\r\n",
                "2\r\nhello\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", ";a=b\r\n",
                "0\r\n" + Many("X: y\r\n", 140_000) + "\r\n", Many("1;a=b\r\nx\r\n", 180_000) + "0\r\n\r\n")
            .Select(Encoding.ASCII.GetBytes)
            .Select(body => (Func<Parts, Parts>)(parts => parts with { Fields = "Transfer-Encoding: chunked\r\n", FramedBody = body })),
        Gen.Const((Func<Parts, Parts>)(parts => parts with { Fields = "X: " + new string('x', 70_000) + "\r\n" })),
        Gen.Const((Func<Parts, Parts>)(parts => parts with { Fields = "Content-Length: 99999999999\r\n" })),
        Gen.Const((Func<Parts, Parts>)(parts => parts with { Interim = Many("HTTP/1.1 100 Continue\r\n\r\n", 6_000) })));

    private static readonly Gen<AnswerCase> Damaged =
        from answer in WellFormed
        from damage in Damage
        let parts = answer.Parts with { StatusLine = "HTTP/1.1 200 OK" }
        select answer.Case with { Bytes = damage(parts).ToBytes(), Closes = true, Fate = AnswerFate.Refused };

    /// <summary>The connection ends before the answer does.</summary>
    private static readonly Gen<AnswerCase> Truncated =
        from answer in WellFormed.Where(answer => answer.Framing != Framing.UntilClose && answer.Case.Bytes.Length > 1)
        from length in Gen.Int[1, answer.Case.Bytes.Length - 1]
        select answer.Case with { Bytes = answer.Case.Bytes[..length], Closes = true, Fate = AnswerFate.Refused };

    /// <summary>More than the answer comes: the connection is out of step.</summary>
    private static readonly Gen<AnswerCase> Followed =
        from answer in WellFormed.Where(answer => answer.Framing != Framing.UntilClose)
        from more in Gen.Byte.Array[1, 30]
        select answer.Case with { Bytes = [.. answer.Case.Bytes, .. more], Cuts = [], Fate = AnswerFate.ReadAndClosed };

    /// <summary>Some bytes are others, missing or more.</summary>
    private static readonly Gen<AnswerCase> Mutated =
        from answer in WellFormed
        from mutations in Mutation.Generate(alphabet: "\r\n:; 0159afHTP/.\0\u00ff").Array[1, 4]
        select answer.Case with { Bytes = Mutation.Apply(answer.Case.Bytes, mutations), Closes = true, Fate = AnswerFate.Either };

    /// <summary>Answers of all kinds.</summary>
    public static Gen<AnswerCase> Any { get; } =
        Gen.Frequency((5, WellFormed.Select(answer => answer.Case)), (1, Followed), (3, Damaged), (2, Truncated), (3, Mutated));

    private static (AnswerCase Case, Parts Parts, Framing Framing) Create(
        string interim, int status, string reason, string fields, string moreFields, Framing framing, string connection, byte[] body,
        (int Size, string Digits, string Extension)[] chunks, string trailers, double[] cuts)
    {
        bool none = status is 204 or 304;
        if (none)
            (body, framing) = ([], Framing.Length);
        string framed = framing switch
        {
            Framing.Chunked => "transfer-encoding:chunked\r\n",
            Framing.Length when none && connection.Length == 0 => "",
            Framing.Length => $"CONTENT-Length: {body.Length}\r\n",
            _ => "",
        };
        byte[] framedBody = framing == Framing.Chunked ? Chunk(body, chunks, trailers) : body;
        var parts = new Parts(interim, $"HTTP/1.1 {status}{reason}", $"{fields}{framed}{connection}{moreFields}", framedBody);
        byte[] bytes = parts.ToBytes();
        bool kept = framing != Framing.UntilClose && !connection.Contains("close", StringComparison.OrdinalIgnoreCase);
        int[] at = [.. cuts.Select(cut => (int)(cut * bytes.Length)).Order()];
        return (
            new AnswerCase(bytes, at, framing == Framing.UntilClose, kept ? AnswerFate.ReadAndKept : AnswerFate.ReadAndClosed, status, body),
            parts, framing);
    }

    /// <summary>As often as it takes to be so long.</summary>
    private static string Many(string text, int length) => string.Concat(Enumerable.Repeat(text, length / text.Length));

    private static byte[] Chunk(byte[] body, (int Size, string Digits, string Extension)[] forms, string trailers)
    {
        using var chunked = new MemoryStream();
        int at = 0;
        for (int i = 0; at < body.Length; i++)
        {
            (int size, string digits, string extension) = forms[i % forms.Length];
            size = Math.Min(size, body.Length - at);
            chunked.Write(Encoding.ASCII.GetBytes($"{size.ToString(digits, CultureInfo.InvariantCulture)}{extension}\r\n"));
            chunked.Write(body, at, size);
            chunked.Write("\r\n"u8);
            at += size;
        }
        chunked.Write(Encoding.UTF8.GetBytes($"0{forms[0].Extension}\r\n{trailers}\r\n"));
        return chunked.ToArray();
    }
}
