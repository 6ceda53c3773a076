using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using CsCheck;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Makes events of function URLs: members in any order, absent or null where that may be, text of all kinds, and members that nobody
/// knows.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads</remarks>
internal static class EventGenerator
{
    /// <summary>Whole characters only: half of a surrogate pair cannot be said in UTF-8.</summary>
    private static readonly Gen<string> Text = Gen.OneOf(
            Gen.Char['a', 'z'].Select(c => c.ToString()),
            Gen.OneOfConst("\"", "\\", "/", "\0", "\n", "\u007f", "é", "☃", "\ud83d\ude00", "{", "}", "[", ",", ":", " "))
        .Array[0, 12].Select(string.Concat);

    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcxyz-_0"], 1, 6];
    private static readonly Gen<(string Name, string Value)[]> Pairs = Gen.Select(Name, Text).Array[0, 5];

    /// <summary>A value of JSON that has nothing to do with what stands around it.</summary>
    private static readonly Gen<string> OddValue = Gen.OneOfConst(
        "null", "true", "17", "1.5e300", "-0", "\"\\u00e9\\n\"", "[]", "{}", "[[{\"version\":\"1.0\"}],null]",
        "{\"a\":{\"http\":{\"method\":1}}}", "\"\\ud800\"");

    private static readonly Gen<byte[]?> Body = Gen.OneOf(
        Gen.Const((byte[]?)null),
        Text.Select(text => (byte[]?)Encoding.UTF8.GetBytes(text)),
        Gen.Byte.Array[0, 200].Select(bytes => (byte[]?)bytes));

    public static Gen<EventCase> WellFormed { get; } = Create(odd: Gen.Const(default((string, string)?)));

    /// <summary>One member is not what it should be; those that tell a URL's event from others are.</summary>
    public static Gen<EventCase> WithOddMember { get; } = Create(odd: Gen.Select(
        Gen.OneOfConst(
            "routeKey", "rawPath", "rawQueryString", "headers", "queryStringParameters", "cookies", "body", "isBase64Encoded", "pathParameters",
            "stageVariables"),
        OddValue,
        (name, value) => ((string, string)?)(name, value)));

    private static Gen<EventCase> Create(Gen<(string Name, string Value)?> odd) =>
        from method in Gen.OneOfConst("GET", "POST", "PROPFIND")
        from path in Text
        from query in Gen.OneOf(Text.Select(text => (string?)text), Gen.Const((string?)null))
        from headers in Pairs
        from parameters in Pairs
        from cookies in Pairs
        from body in Body
        from base64 in Gen.Bool
        from epoch in Gen.OneOf(Gen.Long[0, 253_402_300_799_999].Select(value => (long?)value), Gen.Const((long?)null))
        from form in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int)
        from unknown in Gen.Select(Name, OddValue).Array[0, 3]
        from oddMember in odd
        select Create(method, path, query, headers, parameters, cookies, body, base64, epoch, form, unknown, oddMember);

    /// <summary>Some bytes are others, missing or more.</summary>
    public static Gen<byte[]> Mutated { get; } =
        from wellFormed in WellFormed
        from mutations in Mutation.Generate(alphabet: "{}[]\",:\\u0123456789ntfe.-\0\u00ff ").Array[1, 4]
        select Mutation.Apply(wellFormed.Json, mutations);

    private static EventCase Create(
        string method, string path, string? query, (string, string)[] headers, (string, string)[] parameters, (string, string)[] cookies,
        byte[]? body, bool base64, long? epoch, (bool Escaped, bool Indented, bool NullsWritten, int Order) form, (string, string)[] unknown,
        (string Name, string Value)? odd)
    {
        // Text that is no UTF-8 comes as base64, as from Lambda.
        base64 |= body is not null && !IsText(body);
        Dictionary<string, string> uniqueHeaders = Unique(headers, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> uniqueParameters = Unique(parameters, StringComparer.Ordinal);
        var members = new List<(string Name, Action<Utf8JsonWriter> Write)>
        {
            ("version", json => json.WriteStringValue("2.0")),
            ("rawPath", json => json.WriteStringValue(path)),
            ("headers", json => WriteMap(json, uniqueHeaders)),
            ("isBase64Encoded", json => json.WriteBooleanValue(base64)),
            ("requestContext", json => WriteContext(json, method, path, epoch)),
        };
        if (query is not null || form.NullsWritten)
            members.Add(("rawQueryString", json => json.WriteStringValue(query)));
        if (uniqueParameters.Count > 0)
            members.Add(("queryStringParameters", json => WriteMap(json, uniqueParameters)));
        if (cookies.Length > 0)
            members.Add(("cookies", json => WriteCookies(json, cookies)));
        if (body is not null || form.NullsWritten)
            members.Add(("body", json => json.WriteStringValue(ToText(body, base64))));
        members.AddRange(unknown.Select(member => ("x-" + member.Item1, (Action<Utf8JsonWriter>)(json => json.WriteRawValue(member.Item2)))));
        if (odd is var (name, value))
        {
            members.RemoveAll(member => member.Name == name);
            members.Add((name, json => json.WriteRawValue(value)));
        }

        var order = new Random(form.Order);
        return new EventCase
        {
            Method = method,
            Path = path,
            Query = query,
            Headers = uniqueHeaders,
            Parameters = uniqueParameters,
            Cookies = cookies,
            Body = body,
            Base64 = base64,
            TimeEpoch = epoch,
            Odd = odd?.Name,
            Json = Write(members.OrderBy(_ => order.Next()), form.Escaped, form.Indented),
        };
    }

    private static byte[] Write(IEnumerable<(string Name, Action<Utf8JsonWriter> Write)> members, bool escaped, bool indented)
    {
        JavaScriptEncoder encoder = escaped ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = encoder, Indented = indented, SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach ((string name, Action<Utf8JsonWriter> write) in members)
            {
                json.WritePropertyName(name);
                write(json);
            }
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void WriteContext(Utf8JsonWriter json, string method, string path, long? epoch)
    {
        json.WriteStartObject();
        if (epoch is { } milliseconds)
            json.WriteNumber("timeEpoch", milliseconds);
        json.WriteStartObject("http");
        json.WriteString("path", path);
        json.WriteString("method", method);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, Dictionary<string, string> map)
    {
        json.WriteStartObject();
        foreach ((string name, string value) in map)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteCookies(Utf8JsonWriter json, (string Name, string Value)[] cookies)
    {
        json.WriteStartArray();
        foreach ((string name, string value) in cookies)
            json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
        json.WriteEndArray();
    }

    private static Dictionary<string, string> Unique((string Name, string Value)[] pairs, StringComparer comparer)
    {
        var unique = new Dictionary<string, string>(comparer);
        foreach ((string name, string value) in pairs)
            unique.TryAdd(name, value);
        return unique;
    }

    private static string? ToText(byte[]? body, bool base64) =>
        body is null ? null : base64 ? Convert.ToBase64String(body) : Encoding.UTF8.GetString(body);

    private static bool IsText(byte[] bytes) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes)).AsSpan().SequenceEqual(bytes);
}
