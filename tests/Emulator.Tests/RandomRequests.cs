using System.Text;
using CsCheck;

namespace StreamingLambda.Emulator.Tests;

/// <summary>
/// What the seeded random tests send. 100 cases each; as many as the environment variable CsCheck_Iter says, or for CsCheck_Time seconds.
/// A failure names the seed, which CsCheck_Seed runs again.
/// </summary>
internal static class RandomRequests
{
    /// <summary>Text of all kinds: what has a meaning somewhere, other letters, emoji.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
        (6, Gen.Char["abcXYZ019-._~"].Select(c => c.ToString())),
        (4, Gen.Char["%+&=/?#:;,@!$'()*[]\"<>\\^`{|} \t"].Select(c => c.ToString())),
        (2, Gen.OneOfConst("%FF", "%2F", "%25", "..", ".", "//", "\u00e9", "\u4e16", "\ud83d\ude00", "X-Amz-Signature")))
        .Array[0, 12].Select(string.Concat);

    /// <summary>Header values: text in one line, without the spaces at its ends that belong to nobody.</summary>
    public static Gen<string> HeaderValue { get; } = Text.Select(text => text.Replace('\t', ' ').Trim()).Where(text => text.Length > 0);

    /// <summary>Names of parameters, which the SDK's signer sends as they are.</summary>
    private static Gen<string> Name { get; } = Gen.Char["abcXYZ019-._~"].Array[1, 6].Select(chars => new string(chars));

    /// <summary>Paths without empty and dot segments, which AWS takes out before it signs and this SDK leaves in.</summary>
    private static Gen<string> Path { get; } = Text.Select(text => string.Join('/', text.Split('/').Where(segment => segment.Trim('.').Length > 0)));

    /// <summary>A request that a client could make.</summary>
    public static Gen<RandomRequest> Requests { get; } = Gen.Select(
        Path,
        Gen.Dictionary(Name, Text)[0, 4],
        HeaderValue,
        Gen.Byte.Array[0, 64]).Select((path, query, header, body) => new RandomRequest(path, query, header, body));

    private static Gen<string> Status { get; } = Gen.OneOf(
        Gen.Int[199, 600].Select(status => status.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Gen.OneOfConst("\"204\"", "\"200\\u0000\"", "101", "2e2", "200.0", "null", "true", "\" 200\"", "99999999999"));

    private static Gen<string> Value { get; } = Gen.OneOf(
        Text.Select(text => $"\"{System.Text.Json.JsonEncodedText.Encode(text)}\""),
        Gen.OneOfConst("\"\"", "\"a\\tb\"", "\"\\ud800\"", "\"\\u0000\"", "\"a\\r\\nb: c\"", "1", "true", "null", "{}", "[\"x\",\"\"]"));

    private static Gen<string> Headers { get; } = Gen.Select(
        Gen.OneOfConst(
            "x-a", "X-B", "content-type", "Content-Length", "transfer-encoding", "set-cookie", "connection", "date", "vary", "x y", "", "\\ud800"),
        Value)
        .Select((name, value) => $"\"{name}\":{value}").Array[0, 4].Select(members => string.Join(',', members));

    /// <summary>Bytes of a prelude: well-formed, almost so, and not at all.</summary>
    public static Gen<string> Preludes { get; } = Gen.Frequency(
        (6, Gen.Select(Status, Headers, Gen.OneOf(Value, Value.Array[0, 3].Select(values => $"[{string.Join(',', values)}]")))
            .Select((status, headers, cookies) => $$$"""{"statusCode":{{{status}}},"headers":{ {{{headers}}} },"cookies":{{{cookies}}} }""")),
        (2, Headers.Select(headers => $$$"""{"multiValueHeaders":{ {{{headers}}} },"headers":{ {{{headers}}} } }""")),
        (1, Gen.Char["{}[]\":,\\u0019e+-.nul \t\n"].Array[0, 20].Select(chars => new string(chars))));
}

/// <summary>A request before it is signed.</summary>
internal sealed record RandomRequest(string Path, Dictionary<string, string> Query, string Header, byte[] Body)
{
    public override string ToString() =>
        $"path '{Path}', query {string.Join('&', Query.Select(pair => $"'{pair.Key}'='{pair.Value}'"))}, header '{Header}', "
            + $"body {Encoding.Latin1.GetString(Body)}";
}
