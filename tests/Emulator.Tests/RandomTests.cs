using System.Net;
using System.Text;
using CsCheck;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Whatever comes, the next good request is served. How many cases: <see cref="RandomRequests"/>.</summary>
public sealed class RandomTests
{
    private const string Signed = "X-Amz-Random";
    private const string Nulls = "\\0\\0\\0\\0\\0\\0\\0\\0";
    private const string PreludeType = "Content-Type: application/vnd.awslambda.http-integration-response";

    [Fact]
    public async Task What_the_SDK_signs_gets_in_and_with_any_byte_changed_it_does_not()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { AuthType = AuthType.AwsIam });
        await RandomRequests.Requests.Select(Gen.Enum<Change>(), Gen.UInt).SampleAsync(
            async (request, change, place) =>
            {
                using HttpResponseMessage good = await SendAsync(emulator, request, Change.None, 0);
                Assert.True(good.StatusCode == HttpStatusCode.OK, $"{good.RequestMessage}\n{emulator.Console.Lines[^1]}");
                using HttpResponseMessage changed = await SendAsync(emulator, request, change, place);
                Assert.Equal(change == Change.None ? HttpStatusCode.OK : HttpStatusCode.Forbidden, changed.StatusCode);
                return true;
            },
            threads: 1);
    }

    [Fact]
    public async Task A_prelude_comes_back_as_it_is_or_as_a_502_and_the_next_one_is_served()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        await RandomRequests.Preludes.Select(Gen.Int[0, 8], Gen.Bool).SampleAsync(
            async (prelude, nulls, isCutOff) =>
            {
                string begun = prelude + string.Concat(Enumerable.Repeat("\\0", nulls));
                string[] end = isCutOff ? ["end", "Lambda-Runtime-Function-Error-Type: Function.Odd"] : ["end"];
                string[] chunks = begun.Length > 0 ? ["chunk", begun, "body"] : ["chunk", "body"];
                RawAnswer answer = await PostAsync(emulator, ["head", PreludeType], chunks, end);
                Assert.True(answer.Status is 502 or (>= 200 and <= 599), $"{answer.Status}");
                // Bytes, not characters: those from 80 to 9f are parts of UTF-8.
                Assert.All(answer.Headers, header => Assert.DoesNotContain(header, c => c is (< ' ' and not '\t') or '\x7f'));
                if (nulls < 8)
                    Assert.Equal(502, answer.Status);

                RawAnswer next = await PostAsync(
                    emulator, ["head", PreludeType], ["chunk", """{"statusCode":218,"headers":{"x-next":""}}""" + Nulls, "next"], ["end"]);
                Assert.Equal(218, next.Status);
                Assert.Equal([""], next.Values("x-next"));
                return true;
            },
            threads: 1);
        Assert.DoesNotContain(emulator.Console.Lines, line => line.Contains("bug in the emulator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_request_gets_an_answer_and_the_next_one_is_served()
    {
        var cors = new CorsSettings { AllowOrigins = ["*"], AllowCredentials = true };
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { Cors = cors });
        Gen<string> method = Gen.OneOfConst("GET", "POST", "PUT", "OPTIONS", "HEAD", "TRACE", "CONNECT", "get", "M-SEARCH");
        Gen<string> target = Gen.Frequency(
            (4, RandomRequests.Text.Select(text => "/" + text.Replace(' ', '+').Replace('\t', '+'))),
            (2, Gen.OneOfConst("*", "/invoke", "//", "/%00", "/%", "http://localhost?a", "/2015-03-31/functions/test/invocations")),
            (1, Gen.Const("/2021-11-15/functions/a%00b/response-streaming-invocations")));
        Gen<string> header = Gen.Select(
            Gen.OneOfConst(
                "Origin", "Sec-Fetch-Site", "Authorization", "X-Amzn-Trace-Id", "Cookie", "X-Amz-Date", "Content-Type", "Expect",
                "Access-Control-Request-Method"),
            Gen.OneOf(
                RandomRequests.HeaderValue,
                Gen.OneOfConst("Root=\u0001", "\u001b[2J", "AWS4-HMAC-SHA256 Credential=/,", "cross-site", "\u00ff", "null")))
            .Select((name, value) => $"{name}: {Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value))}");
        await Gen.Select(method, target, header.Array[0, 3]).SampleAsync(
            async (method, target, headers) =>
            {
                string line = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1"));
                RawAnswer answer = await RawClient.SendAsync(emulator.Port, line, headers);
                Assert.True(answer.Status is 200 or 400 or 403 or 405, $"{answer.Status} {answer.Body}");

                RawAnswer next = await PostAsync(emulator, ["head"], ["chunk", "next"], ["end"]);
                Assert.Equal(200, next.Status);
                return true;
            },
            threads: 1);
        Assert.All(emulator.Console.Lines, line => Assert.DoesNotContain(line, c => char.IsControl(c) && c is not ('\n' or '\t')));
        Assert.DoesNotContain(emulator.Console.Lines, line => line.Contains("bug in the emulator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_is_streamed_reaches_the_AWS_SDK_for_JavaScript_whole()
    {
        string modules = await JavaScriptSdk.InstallAsync();
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { Timeout = TimeSpan.FromSeconds(20) });
        // One process of Node.js for many streams: a case is a list of them.
        Gen<string> chunk = Gen.Select(Gen.Char["abcdefghij"], Gen.Int[1, 3000]).Select((letter, count) => new string(letter, count));
        await chunk.Array[0, 12].Array[1, 8].SampleAsync(
            async streams =>
            {
                string[] scripts = [.. streams.Select(chunks => TestEmulator.Script(["head"], ["chunk", .. chunks.Append("|")], ["end"]))];
                string invoke = TestEmulator.Script(["head"], ["chunk", "1"], ["end"]);
                string output = await JavaScriptSdk.RunAsync(modules, emulator.Port, [invoke, .. scripts]);
                Assert.Equal(
                    ["invoke 200 1", .. streams.Select(chunks => $"stream {string.Concat(chunks)}| {{}}")],
                    output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
                return true;
            },
            threads: 1,
            iter: Math.Max(1, Check.Iter / 50));
    }

    private static Task<HttpResponseMessage> SendAsync(TestEmulator emulator, RandomRequest request, Change change, uint place) =>
        SdkSigner.PostAsync(
            emulator,
            request.Path,
            request.Query,
            "",
            message => Apply(message, request, change, place),
            bytes: request.Body,
            header: (Signed, request.Header));

    private static void Apply(HttpRequestMessage message, RandomRequest request, Change change, uint place)
    {
        switch (change)
        {
            case Change.Body:
                byte[] body = [.. request.Body, 0];
                body[place % body.Length] ^= 1;
                message.Content = new ByteArrayContent(body);
                break;
            case Change.Path:
                message.RequestUri = new UriBuilder(message.RequestUri!) { Path = message.RequestUri!.AbsolutePath + "x" }.Uri;
                break;
            case Change.Parameter:
                string added = (place % 3) switch { 0 => "X-Amz-Signature=1", 1 => "X%2DAmz-Signature=1", _ => "x" };
                message.RequestUri = new Uri($"{message.RequestUri}{(message.RequestUri!.Query.Length > 0 ? "&" : "?")}{added}");
                break;
            case Change.Header:
                Replace(message, Signed, value => value + "x");
                break;
            case Change.Signature:
                Replace(message, "Authorization", value => value[..^1] + (value[^1] == '0' ? '1' : '0'));
                break;
            case Change.Authorization:
                // The field that is there twice, the header that is there twice, the order, the case, the date.
                Replace(message, "Authorization", value => (place % 4) switch
                {
                    0 => value + ", Signature=" + value[^64..],
                    1 => value.Replace("SignedHeaders=", "SignedHeaders=zzz;", StringComparison.Ordinal),
                    2 => value.Replace("host;", "Host;", StringComparison.Ordinal),
                    _ => value.Replace(Date(message), Date(message)[..4], StringComparison.Ordinal),
                });
                break;
            case Change.None:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change.ToString());
        }
    }

    private static string Date(HttpRequestMessage message) => message.Headers.GetValues("X-Amz-Date").Single()[..8];

    private static void Replace(HttpRequestMessage message, string name, Func<string, string> change)
    {
        string value = message.Headers.NonValidated[name].ToString();
        message.Headers.Remove(name);
        Assert.True(message.Headers.TryAddWithoutValidation(name, change(value)));
    }

    private static Task<RawAnswer> PostAsync(TestEmulator emulator, params string[][] steps) =>
        RawClient.SendAsync(emulator.Port, "POST /invoke HTTP/1.1", [], TestEmulator.Script(steps));

    private enum Change
    {
        None,
        Body,
        Path,
        Parameter,
        Header,
        Signature,
        Authorization,
    }
}
