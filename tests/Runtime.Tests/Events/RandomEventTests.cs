using System.Globalization;
using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Runtime.Tests.Events;

/// <summary>Random events through the reader: what it says of them is what <see cref="JsonDocument"/> says, and it throws nothing but what it
/// documents.</summary>
public sealed class RandomEventTests
{
    /// <summary>About a second. For more: STREAMING_LAMBDA_EVENTS=1000000 dotnet test tests/Runtime.Tests --filter RandomEventTests</summary>
    private static readonly int Iterations = int.Parse(Environment.GetEnvironmentVariable("STREAMING_LAMBDA_EVENTS") ?? "3000",
        CultureInfo.InvariantCulture);

    private static readonly string[] Names = ["a", "A", "body", "headers", "", "Zoë", "x-\ud83d\ude00", "quote\"", "back\\slash", "version"];

    private static readonly string[] MemberNames =
        ["rawPath", "body", "queryStringParameters", "stageVariables", "headers", "cookies", "rawQueryString", "odd"];

    private static readonly string[] Numbers = ["0", "-1", "-1.5e3", "1783711146123", "9223372036854775807", "9223372036854775808", "1e400"];
    private static readonly string[] Escapes = ["\\n", "\\t", "\\/", "\\b", "\\f", "\\r", "\\u0000"];

    [Fact]
    public void Well_formed_events_are_read_as_a_document_reads_them()
    {
        for (int seed = 0; seed < Iterations; seed++)
        {
            var random = new Random(seed);
            string json = CreateEvent(random, withHalves: false);
            using var document = JsonDocument.Parse(json);
            Assert.True(FunctionUrlRequest.TryRead(Encoding.UTF8.GetBytes(json), out FunctionUrlRequest? request), $"Seed {seed}: {json}");
            try
            {
                AssertAgree(document.RootElement, request);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {json}", e);
            }
        }
    }

    [Fact]
    public void Damaged_events_throw_nothing_but_what_is_documented()
    {
        int recognised = 0;
        for (int seed = 0; seed < Iterations; seed++)
        {
            var random = new Random(seed);
            byte[] json = Encoding.UTF8.GetBytes(CreateEvent(random, withHalves: true));
            for (int damage = random.Next(4); damage > 0; damage--)
                json[random.Next(json.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:\\u0eE-.ntf "[random.Next(18)];
            if (random.Next(8) == 0)
                json = json[..random.Next(json.Length)];
            try
            {
                if (!FunctionUrlRequest.TryRead(json, out FunctionUrlRequest? request))
                    continue;
                recognised++;
                foreach (Func<FunctionUrlRequest, object?> ask in Questions)
                    AskFor(request, ask);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {Convert.ToHexString(json)}", e);
            }
        }
        Assert.InRange(recognised, Iterations / 10, Iterations);
    }

    private static readonly Func<FunctionUrlRequest, object?>[] Questions =
    [
        r => r.Version, r => r.RouteKey, r => r.RawPath, r => r.RawQueryString, r => r.Cookies, r => r.Headers, r => r.QueryStringParameters,
        r => r.Body,
        r => r.IsBase64Encoded, r => r.PathParameters, r => r.StageVariables, r => r.GetHeader("a"), r => r.GetQuery("a"), r => r.GetQueryValues("a"),
        r => r.GetCookie("a"), r => r.ReadBody(), r => r.ReadBodyText(), r => r.ToString(), r => r.RequestContext.ToString(),
        r => r.RequestContext.AccountId,
        r => r.RequestContext.Authentication, r => r.RequestContext.Authorizer?.Iam?.UserArn, r => r.RequestContext.Authorizer?.Iam?.CognitoIdentity,
        r => r.RequestContext.Http.Method, r => r.RequestContext.Http.Path, r => r.RequestContext.TimeEpoch, r => r.RequestContext.ReceivedAt,
    ];

    private static void AskFor(FunctionUrlRequest request, Func<FunctionUrlRequest, object?> ask)
    {
        try
        {
            ask(request);
        }
        catch (FormatException e)
        {
            Assert.StartsWith("The event ", e.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertAgree(JsonElement root, FunctionUrlRequest request)
    {
        Agree(Text(root, "rawPath"), () => request.RawPath, "");
        Agree(Text(root, "body"), () => request.Body, null);
        Agree(Text(root, "body"), () => Encoding.UTF8.GetString(request.ReadBody().Span), "");
        Agree(Text(root.GetProperty("requestContext").GetProperty("http"), "method"), () => request.RequestContext.Http.Method, "");
        AgreeOnMap(root, "queryStringParameters", () => request.QueryStringParameters, request.GetQuery);
        AgreeOnMap(root, "stageVariables", () => request.StageVariables, name => request.StageVariables?[name]);
    }

    private static void AgreeOnMap(JsonElement root, string member, Func<IReadOnlyDictionary<string, string>?> readAll, Func<string, string?> read)
    {
        if (!root.TryGetProperty(member, out JsonElement map) || map.ValueKind == JsonValueKind.Null)
        {
            Assert.Equal(0, readAll()?.Count ?? 0);
            return;
        }
        if (map.ValueKind != JsonValueKind.Object || map.EnumerateObject().Any(entry => Text(map, entry.Name).IsOdd))
        {
            Assert.Throws<FormatException>(readAll);
            return;
        }
        Dictionary<string, string> expected = [];
        foreach (string name in map.EnumerateObject().Select(entry => entry.Name).Distinct())
        {
            if (Text(map, name).Value is { } text)
                expected[name] = text;
        }
        Assert.Equal(expected, readAll());
        Assert.All(expected, entry => Assert.Equal(entry.Value, read(entry.Key)));
    }

    private static void Agree((bool IsOdd, string? Value) expected, Func<string?> read, string? absent)
    {
        if (expected.IsOdd)
            Assert.Throws<FormatException>(read);
        else
            Assert.Equal(expected.Value ?? absent, read());
    }

    private static (bool IsOdd, string? Value) Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return (false, null);
        return value.ValueKind == JsonValueKind.String ? (false, value.GetString()) : (true, null);
    }

    private static string CreateEvent(Random random, bool withHalves)
    {
        var members = new List<string>
        {
            Member("\"version\"", "\"2.0\""),
            Member("\"requestContext\"",
                $$"""{"http":{"method":{{Value(1)}} },"timeEpoch":{{Value(1)}},"accountId":{{Value(2)}},"authorizer":{{Value(2)}} }"""),
        };
        foreach (string name in MemberNames)
        {
            if (random.Next(3) > 0)
                members.Add(Member($"\"{name}\"", Value(3)));
        }
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
        return $"{Space()}{{{string.Join(',', members)}}}{Space()}";

        string Member(string name, string value) => $"{Space()}{name}{Space()}:{Space()}{value}{Space()}";

        string RandomMember(int depth) => Member(Quote(Names[random.Next(Names.Length)]), Value(random.Next(4) > 0 ? 0 : depth - 1));

        string Value(int depth) => random.Next(depth > 0 ? 10 : 6) switch
        {
            0 => "null",
            1 => random.Next(2) == 0 ? "true" : "false",
            2 => Numbers[random.Next(Numbers.Length)],
            6 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth - 1)))}]",
            7 or 8 or 9 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => RandomMember(depth)))}}}",
            _ => Quote(string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Names[random.Next(Names.Length)]))),
        };

        string Quote(string text)
        {
            var quoted = new StringBuilder("\"");
            foreach (char c in text)
            {
                if (c is '"' or '\\')
                    quoted.Append('\\').Append(c);
                else if (random.Next(4) == 0 || char.IsSurrogate(c))
                    quoted.Append("\\u").Append(((int)c).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture));
                else
                    quoted.Append(c);
            }
            if (random.Next(6) == 0)
                quoted.Append(Escapes[random.Next(Escapes.Length)]);
            if (withHalves && random.Next(6) == 0)
                quoted.Append(random.Next(2) == 0 ? "\\ud83d" : "\\ude00");
            return quoted.Append('"').ToString();
        }

        string Space() => random.Next(4) > 0 ? "" : " \n\t"[..random.Next(3)];
    }
}
